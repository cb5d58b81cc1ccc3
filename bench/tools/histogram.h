/* Counts of nanoseconds in buckets that grow: each power of two in 64 steps, so a quantile is within 1.6 %. */
#include <stdint.h>
#include <time.h>

#define STEPS 64

static uint64_t counts[64 * STEPS];
static uint64_t recorded;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t) t.tv_sec * 1000000000u + (uint64_t) t.tv_nsec;
}

static void record(uint64_t nanos) {
    int shift = nanos < STEPS ? 0 : 57 - __builtin_clzll(nanos); /* leaves 64 to 127 */
    counts[shift * STEPS + (int) (nanos >> shift)]++;
    recorded++;
}

static double quantile_micros(double q) {
    uint64_t rank = (uint64_t) (q * (double) recorded), seen = 0;
    for (int i = 0; i < 64 * STEPS; i++) {
        seen += counts[i];
        if (seen > rank) {
            int shift = i < 2 * STEPS ? 0 : i / STEPS - 1;
            return (double) ((uint64_t) (i - shift * STEPS) << shift) / 1000;
        }
    }
    return 0;
}
