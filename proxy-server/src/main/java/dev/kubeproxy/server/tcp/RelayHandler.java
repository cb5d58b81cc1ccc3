package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.transport.ByteRelays;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * Step 3 of 3 on the TCP path, once on each side: hands what its channel reads to the peer's channel. Bulk goes past it,
 * by {@link ByteRelays}, in the same order and with the same events.
 *
 * <p>While the peer cannot take more, its own channel is not read, so a slow reader bounds memory (rule F6). A FIN is
 * passed on as a FIN behind all data, a reset as a reset (rule F3).
 */
final class RelayHandler extends ChannelInboundHandlerAdapter {

    /** Whose bytes the handler reads. */
    enum Side {
        CLIENT(CloseReason.CLIENT_RESET),
        BACKEND(CloseReason.BACKEND_RESET);

        /** Why a connection ends that this side breaks. */
        final CloseReason resetReason;

        Side(CloseReason resetReason) {
            this.resetReason = resetReason;
        }

        Side other() {
            return this == CLIENT ? BACKEND : CLIENT;
        }
    }

    private final TcpConnection connection;
    private final Side side;
    private final Channel peer;
    private final ByteRelays relays;
    private boolean finished;

    RelayHandler(TcpConnection connection, Side side, Channel peer, ByteRelays relays) {
        this.connection = connection;
        this.side = side;
        this.peer = peer;
        this.relays = relays;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        relays.relay(ctx.channel(), peer, this::onBytes);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        onBytes(((ByteBuf) msg).readableBytes());
        peer.write(msg, peer.voidPromise());
    }

    private void onBytes(int bytes) {
        if (side == Side.CLIENT) {
            connection.observer().onBytesFromClient(bytes);
        } else {
            connection.observer().onBytesFromBackend(bytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        peer.flush();
    }

    /** This channel can take more, or cannot: the peer's reading follows. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        peer.config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            onEnd();
        }
    }

    /** The FIN of the side that is last to finish closes its channel; any other end without one is a break. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (connection.isFinished(side.other())) {
            onEnd();
        } else if (!finished) {
            connection.reset(side.resetReason);
        }
    }

    /** All of this side was read; once the peer has taken it, the FIN may follow. */
    private void onEnd() {
        if (finished || connection.isClosed()) {
            return;
        }
        finished = true;
        ChannelOutboundBuffer unsent = peer.unsafe().outboundBuffer();
        // isEmpty() would pass over what still waits for a flush
        if (unsent != null && unsent.totalPendingWriteBytes() == 0) {
            connection.onFinished(side, peer);
        } else { // the empty write is done when all before it is
            peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
                if (written.isSuccess()) {
                    connection.onFinished(side, peer);
                } else {
                    connection.reset(side.other().resetReason);
                }
            });
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.reset(CloseReasons.of(cause, side.resetReason));
    }
}
