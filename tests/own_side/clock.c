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

int clock_gettime(clockid_t clock, struct timespec *time) {
    long failed = syscall(SYS_clock_gettime, clock, time);
    const char *steps = getenv("CLOCK_STEPS");
    if (failed || clock != CLOCK_REALTIME || !steps) {
        return (int)failed;
    }
    /* Whoever looks for the first time sees it as it should be, and what happens later. With a step of 1, nobody does. */
    long long moment = now(CLOCK_MONOTONIC), step = atoi(steps);
    if (!begun && step > 1) {
        begun = moment;
    }
    /* By no time that a case is off itself: a request of tomorrow is in time for a clock that is a day ahead. */
    long long turn = (moment - begun) / step % 4;
    time->tv_sec += turn == 1 ? -5000 : turn == 2 ? 216000 : turn == 3 ? -86400 * 400 : 0;
    return 0;
}
