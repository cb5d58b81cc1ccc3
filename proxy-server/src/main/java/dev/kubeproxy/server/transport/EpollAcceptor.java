package dev.kubeproxy.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;

/** Takes from a listener's channel what it accepts, before Netty makes a channel of it. Confined to its event loop. */
final class EpollAcceptor implements Runnable {

    /** After so many connections another channel has its turn. */
    private static final int MOST = 16;

    private static final int LONGEST_ADDRESS = 26;

    private final Channel listener;
    private final Socket socket;
    private final StreamSockets streams;
    private final StreamSockets.Admission admission;
    /** Its length, then itself. */
    private final byte[] client = new byte[LONGEST_ADDRESS];

    EpollAcceptor(Channel listener, StreamSockets streams, StreamSockets.Admission admission) {
        this.listener = listener;
        this.socket = (Socket) ((UnixChannel) listener).fd();
        this.streams = streams;
        this.admission = admission;
    }

    /** There may be connections to accept. */
    @Override
    public void run() {
        int left = MOST;
        while (left > 0 && listener.isOpen() && listener.config().isAutoRead() && admission.admit()) {
            left = accept() ? left - 1 : 0;
        }
    }

    private boolean accept() {
        int descriptor;
        try {
            descriptor = socket.accept(client);
        } catch (IOException | RuntimeException | Error e) {
            admission.nobodyCame();
            listener.pipeline().fireExceptionCaught(e);
            return false;
        }
        if (descriptor < 0) {
            admission.nobodyCame();
            return false;
        }
        var address = NativeInetAddress.address(client, 1, client[0]);
        listener.pipeline().fireChannelRead(new EpollStream(new Socket(descriptor), address, streams));
        return true;
    }
}
