/* udp_echo ADDRESS PORT: sends every datagram back, up to 64 in a system call. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 64
#define SIZE 2048

int main(int argc, char **argv) {
    if (argc != 3)
        errx(2, "usage: udp_echo ADDRESS PORT");
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &here.sin_addr) != 1)
        errx(2, "not an IPv4 address: %s", argv[1]);
    int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    if (bind(fd, (struct sockaddr *) &here, sizeof here))
        err(1, "bind %s:%s", argv[1], argv[2]);

    static char bytes[BATCH][SIZE];
    static struct sockaddr_in from[BATCH];
    struct iovec io[BATCH];
    struct mmsghdr messages[BATCH];
    for (;;) {
        memset(messages, 0, sizeof messages);
        for (int i = 0; i < BATCH; i++) {
            io[i] = (struct iovec){bytes[i], SIZE};
            messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i],
                                                  .msg_iov = &io[i], .msg_iovlen = 1};
        }
        int got = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < got; i++)
            io[i].iov_len = messages[i].msg_len;
        for (int sent = 0; sent < got;) {
            int n = sendmmsg(fd, messages + sent, got - sent, 0);
            sent += n > 0 ? n : 1; /* what cannot be sent is lost, as datagrams are */
        }
    }
}
