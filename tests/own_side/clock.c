/* A clock that is set forward and back all the time; preloaded, in place of the system's. Other clocks stay right. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now(clockid_t clock) {
    struct timespec time;
    syscall(SYS_clock_gettime, clock, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static long long begun;

__attribute__((constructor)) static void begin(void) { begun = now(CLOCK_MONOTONIC); }

int clock_gettime(clockid_t clock, struct timespec *time) {
    long failed = syscall(SYS_clock_gettime, clock, time);
    const char *steps = getenv("CLOCK_STEPS");
    if (failed || clock != CLOCK_REALTIME || !steps) {
        return (int)failed;
    }
    /* The first moments are as they should be: that is when a run looks at the clock. */
    long long since = now(CLOCK_MONOTONIC) - begun;
    long long turn = since < 300 && atoi(steps) > 1 ? 0 : since / atoi(steps) % 4;
    time->tv_sec += turn == 1 ? -3600 : turn == 2 ? 86400 : turn == 3 ? -86400 * 400 : 0;
    return 0;
}
