/**
 * Service addresses by BPF socket lookup: a program in the kernel names our socket for each packet to a service address
 * and port, before the kernel looks at bound sockets. All that this project knows of BPF is here, behind {@link
 * dev.kubeproxy.server.bpf.SocketLookup}. Imports {@code model} and the JDK, whose foreign function interface makes the
 * system calls; so the one call that pipes need beyond Netty's is here, too.
 */
@NullMarked
package dev.kubeproxy.server.bpf;

import org.jspecify.annotations.NullMarked;
