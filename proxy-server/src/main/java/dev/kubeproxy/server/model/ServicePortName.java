package dev.kubeproxy.server.model;

/**
 * The unit of work: one port of one Service (rule A5). TCP and UDP on the same number are two of them, and so are the
 * families of a dual-stack Service, since each has its own backends (rule J2).
 *
 * @param port the port's name, empty where a Service has one unnamed port
 */
public record ServicePortName(ServiceName service, String port, Protocol protocol, IpFamily family) {

    /** The IPv4 side of a port. */
    public ServicePortName(ServiceName service, String port, Protocol protocol) {
        this(service, port, protocol, IpFamily.IPV4);
    }

    /** {@code namespace/name:port}, as kube-proxy logs it; an unnamed port leaves the colon out. */
    @Override
    public String toString() {
        return port.isEmpty() ? service.toString() : service + ":" + port;
    }
}
