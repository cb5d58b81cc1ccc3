package dev.kubeproxy.control.desired;

import java.util.function.IntPredicate;

/**
 * Numbers to give away, one preferred for each key, so that the same keys get the same numbers in most orders of asking.
 *
 * @param start the first number
 * @param end one after the last
 * @param low so many numbers from the start are given only when all others are taken
 */
record Band(int start, int end, int low) {

    Band {
        end = Math.max(end, start);
        low = Math.min(low, end - start);
    }

    /** How many an API server keeps back of {@code size}: a share, with a least and a greatest number. */
    static int keptLow(int size, int least, int most) {
        return size <= least ? 0 : Math.clamp(size / least, least, most);
    }

    int size() {
        return end - start;
    }

    /** The first free number from the key's own on, -1 where none is free. */
    int choose(Object key, IntPredicate free) {
        int high = start + low;
        int number = probe(key, high, end, free);
        return number >= 0 ? number : probe(key, start, high, free);
    }

    private static int probe(Object key, int from, int to, IntPredicate free) {
        int count = to - from;
        if (count <= 0) {
            return -1;
        }
        int first = Math.floorMod(mix(key.toString().hashCode()), count);
        for (int i = 0; i < count; i++) {
            int number = from + (first + i) % count;
            if (free.test(number)) {
                return number;
            }
        }
        return -1;
    }

    /** Spreads names that differ in their last letter only. */
    private static int mix(int hash) {
        int h = hash * 0x9E3779B9;
        h = (h ^ h >>> 16) * 0x85EBCA6B;
        return h ^ h >>> 13;
    }
}
