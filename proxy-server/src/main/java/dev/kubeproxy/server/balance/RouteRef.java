package dev.kubeproxy.server.balance;

/**
 * The route of one listener. It changes when the frontend passes from one service port to another, without the socket
 * being touched (rule A8). Single writer: the sync thread. Readers: event loops, once a connection or datagram.
 */
public final class RouteRef {

    private volatile Route route;

    public RouteRef(Route route) {
        this.route = route;
    }

    public Route current() {
        return route;
    }

    public void publish(Route next) {
        route = next;
    }
}
