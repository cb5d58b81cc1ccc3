/*
 * http_open ADDRESS PORT PATH SECONDS CONNECTIONS RATE: GET requests at a fixed rate over connections that are kept.
 *
 * An open loop: request i is due at i / RATE, whatever became of those before it, and its latency counts from then, so
 * that a stall of the proxy is in the latency of all requests that were due in it (no coordinated omission). A request
 * that finds no free connection waits for one. Answers must all have one length. Prints JSON, times in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "histogram.h"

#define MOST_CONNECTIONS 1024

struct connection {
    int fd;
    size_t missing; /* bytes of the answer */
    uint64_t due;
};

static struct connection connections[MOST_CONNECTIONS];
static struct connection *free_ones[MOST_CONNECTIONS];
static int free_count;
static char request[512], buffer[65536];
static size_t request_length, answer_length;

static void ask(struct connection *c) {
    if (send(c->fd, request, request_length, MSG_NOSIGNAL) != (ssize_t) request_length)
        err(1, "send");
    c->missing = answer_length;
}

/* The first answer tells how long all are. */
static void learn_length(struct connection *c) {
    size_t have = 0;
    ask(c);
    for (;;) {
        ssize_t n = recv(c->fd, buffer + have, sizeof buffer - 1 - have, 0);
        if (n <= 0)
            err(1, "no answer");
        buffer[have += (size_t) n] = 0;
        char *body = strstr(buffer, "\r\n\r\n"), *length = strcasestr(buffer, "content-length:");
        if (!body || !length)
            continue;
        answer_length = (size_t) (body + 4 - buffer) + strtoul(length + 15, NULL, 10);
        if (strncmp(buffer, "HTTP/1.1 200", 12))
            errx(1, "not a 200: %.40s", buffer);
        if (have == answer_length)
            return;
    }
}

static void receive(struct connection *c) {
    ssize_t n;
    while ((n = recv(c->fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0 && (size_t) n < c->missing)
        c->missing -= (size_t) n;
    if (n == 0 || (n < 0 && errno != EAGAIN) || n > (ssize_t) c->missing)
        errx(1, "a connection ended, or more came than was asked for");
    if (n > 0) {
        c->missing = 0;
        record(now() - c->due);
        free_ones[free_count++] = c;
    }
}

int main(int argc, char **argv) {
    int wanted = argc < 7 ? 0 : atoi(argv[5]);
    if (wanted < 1 || wanted > MOST_CONNECTIONS)
        errx(2, "usage: http_open ADDRESS PORT PATH SECONDS CONNECTIONS RATE");
    struct sockaddr_in service = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &service.sin_addr) != 1)
        errx(2, "not an IPv4 address: %s", argv[1]);
    request_length = (size_t) snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", argv[3]);
    prctl(PR_SET_TIMERSLACK, 1); /* or each wait would be 50 us too long */
    int poller = epoll_create1(0), on = 1;
    for (int i = 0; i < wanted; i++) {
        struct connection *c = free_ones[free_count++] = &connections[i];
        c->fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(c->fd, (struct sockaddr *) &service, sizeof service))
            err(1, "connect");
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (i == 0)
            learn_length(c);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e);
    }

    double gap = 1e9 / atof(argv[6]);
    uint64_t start = now(), total = (uint64_t) (atof(argv[4]) * atof(argv[6])), asked = 0;
    while (recorded < total) {
        uint64_t t = now(), due = start + (uint64_t) ((double) asked * gap);
        while (asked < total && free_count && due <= t) {
            struct connection *c = free_ones[--free_count];
            c->due = due;
            ask(c);
            due = start + (uint64_t) ((double) ++asked * gap);
        }
        uint64_t wait = asked < total && free_count && due > t ? due - t : 100000000;
        struct timespec timeout = {.tv_sec = 0, .tv_nsec = (long) (wait < 100000000 ? wait : 100000000)};
        struct epoll_event events[64];
        int n = epoll_pwait2(poller, events, 64, &timeout, NULL);
        for (int i = 0; i < n; i++)
            receive(events[i].data.ptr);
        if (now() - start > 20000000000u + (uint64_t) ((double) total * gap))
            errx(1, "answers are missing");
    }
    printf("{\"units\": %lu, \"seconds\": %.6f, \"p50\": %.1f, \"p99\": %.1f}\n", recorded,
           (double) (now() - start) / 1e9, quantile_micros(0.5), quantile_micros(0.99));
}
