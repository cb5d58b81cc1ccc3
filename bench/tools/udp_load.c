/*
 * udp_load ADDRESS PORT SECONDS SOCKETS [SOURCE]: 64-byte datagrams to an echo service, one on its way for each socket.
 *
 * Without SOURCE each socket is kept, so there are SOCKETS client ports. With SOURCE, an address whose last two bytes
 * are free to use, each datagram comes from a new socket at the next address; "any" stands for the host's own address.
 * What is not answered within a second is lost, and the next is sent. Prints JSON, times in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "histogram.h"

#define LONGEST 1000000000u
#define MOST_SOCKETS 1024

struct client {
    int fd;
    uint64_t number; /* of the datagram on its way */
    uint64_t sent;
};

static struct sockaddr_in service;
static const char *source;
static uint64_t sources, datagrams, lost;
static int poller;
static struct client clients[MOST_SOCKETS];

static void open_socket(struct client *c) {
    c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0)
        err(1, "socket");
    if (source && strcmp(source, "any")) {
        struct sockaddr_in here = {.sin_family = AF_INET};
        inet_pton(AF_INET, source, &here.sin_addr);
        here.sin_addr.s_addr = htonl((ntohl(here.sin_addr.s_addr) & 0xffff0000u) | (sources++ & 0xffffu));
        if (bind(c->fd, (struct sockaddr *) &here, sizeof here))
            err(1, "bind");
    }
    if (connect(c->fd, (struct sockaddr *) &service, sizeof service))
        err(1, "connect");
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e))
        err(1, "epoll_ctl");
}

static void send_next(struct client *c) {
    if (source) {
        if (c->fd >= 0)
            close(c->fd);
        open_socket(c);
    }
    uint64_t message[8] = {c->number = ++datagrams};
    c->sent = now();
    send(c->fd, message, sizeof message, 0); /* what fails is lost */
}

static void receive(struct client *c) {
    uint64_t message[8];
    while (recv(c->fd, message, sizeof message, 0) == sizeof message) {
        if (message[0] == c->number) { /* and not a late one */
            record(now() - c->sent);
            send_next(c);
            return;
        }
    }
}

int main(int argc, char **argv) {
    int sockets = argc < 5 ? 0 : atoi(argv[4]);
    if (sockets < 1 || sockets > MOST_SOCKETS)
        errx(2, "usage: udp_load ADDRESS PORT SECONDS SOCKETS [SOURCE]");
    service = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &service.sin_addr) != 1)
        errx(2, "not an IPv4 address: %s", argv[1]);
    source = argc > 5 ? argv[5] : NULL;
    sources = now() / 1000; /* another run begins elsewhere */
    poller = epoll_create1(0);

    uint64_t start = now(), end = start + (uint64_t) (atof(argv[3]) * 1e9), look = start + LONGEST / 4;
    for (int i = 0; i < sockets; i++) {
        clients[i].fd = -1;
        if (!source)
            open_socket(&clients[i]);
        send_next(&clients[i]);
    }
    uint64_t t;
    while ((t = now()) < end) {
        struct epoll_event events[64];
        int n = epoll_wait(poller, events, 64, 50);
        for (int i = 0; i < n; i++)
            receive(events[i].data.ptr);
        if (t < look)
            continue;
        look = t + LONGEST / 4;
        for (int i = 0; i < sockets; i++)
            if (now() - clients[i].sent > LONGEST) {
                lost++;
                send_next(&clients[i]);
            }
    }
    printf("{\"units\": %lu, \"seconds\": %.6f, \"lost\": %lu, \"p50\": %.1f, \"p99\": %.1f}\n", recorded,
           (double) (now() - start) / 1e9, lost, quantile_micros(0.5), quantile_micros(0.99));
}
