package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.transport.Splicing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;

/**
 * Step 3 of 3 on the TCP path, once on each side: hands what its channel reads to the peer's channel. Bulk goes past it,
 * by {@link Splicing}, in the same order and with the same events.
 *
 * <p>While the peer cannot take more, its own channel is not read, so a slow reader bounds memory (rule F6). A FIN is
 * passed on as a FIN behind all data, a reset as a reset (rule F3).
 */
final class RelayHandler extends ChannelInboundHandlerAdapter {

    /** Whose bytes the handler reads. */
    enum Side {
        CLIENT,
        BACKEND
    }

    private final TcpConnection connection;
    private final Side side;
    private final Channel peer;
    private final Splicing splicing;
    private boolean finished;

    RelayHandler(TcpConnection connection, Side side, Channel peer, Splicing splicing) {
        this.connection = connection;
        this.side = side;
        this.peer = peer;
        this.splicing = splicing;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        splicing.relay(ctx.channel(), peer, this::onBytes);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        onBytes(((ByteBuf) msg).readableBytes());
        peer.write(msg, peer.voidPromise());
    }

    private void onBytes(int bytes) {
        if (side == Side.CLIENT) {
            connection.route().observer().onBytesFromClient(bytes);
        } else {
            connection.route().observer().onBytesFromBackend(bytes);
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
            finished = true;
            // The empty write is done when all before it is: only then may the FIN follow.
            peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
                if (written.isSuccess()) {
                    ((DuplexChannel) peer).shutdownOutput().addListener(_ -> onFinished());
                } else {
                    connection.reset(side == Side.CLIENT ? CloseReason.BACKEND_RESET : CloseReason.CLIENT_RESET);
                }
            });
        }
    }

    private void onFinished() {
        if (side == Side.CLIENT) {
            connection.onClientFinished();
        } else {
            connection.onBackendFinished();
        }
    }

    /** After this side's FIN all it sent was read, and the peer may still be taking it; before, the end is a break. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!finished) {
            connection.reset(resetReason());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.reset(CloseReasons.of(cause, resetReason()));
    }

    private CloseReason resetReason() {
        return side == Side.CLIENT ? CloseReason.CLIENT_RESET : CloseReason.BACKEND_RESET;
    }
}
