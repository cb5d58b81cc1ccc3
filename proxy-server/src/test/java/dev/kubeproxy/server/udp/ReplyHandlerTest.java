package dev.kubeproxy.server.udp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.FakeTicker;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.Routes;
import dev.kubeproxy.server.transport.Transport;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is said of trouble on a socket towards a backend: nothing of the network's, all of ours. */
@ExtendWith(NoLeaks.class)
class ReplyHandlerTest {

    private static final InetSocketAddress CLIENT = new InetSocketAddress(Addresses.parse("10.1.0.1"), 1000);
    private static final Backend BACKEND = Backend.of(Addresses.parse("10.0.0.1"), 53);

    private final FakeTicker ticker = new FakeTicker();
    private final EmbeddedChannel listenerChannel = new EmbeddedChannel();
    private final EmbeddedChannel upstream = new EmbeddedChannel();
    private final UpstreamSockets sockets = new UpstreamSockets(
            Transport.NIO,
            listenerChannel.eventLoop(),
            new DescriptorBudget(10, DescriptorBudget.Episodes.NONE),
            ticker);
    private final ReplyHandler replies = new ReplyHandler(sockets, BACKEND, upstream);
    private final Faulty observer = new Faulty();
    private final CapturedLog ofListener = new CapturedLog(DatagramHandler.class);
    private final CapturedLog ofSocket = new CapturedLog(ReplyHandler.class);

    ReplyHandlerTest() {
        upstream.pipeline().addLast(replies);
    }

    @AfterEach
    void close() {
        ofListener.close();
        ofSocket.close();
        listenerChannel.finishAndReleaseAll();
        upstream.finishAndReleaseAll();
    }

    @Test
    void aFaultWithAnAnswerIsToldAndTheSessionGoesOn() {
        openSession();
        observer.faulty = true;
        answer();
        assertThat(ofListener.lines()).containsExactly("ERROR fault in the listener embedded, which goes on");
        observer.faulty = false;
        answer();
        assertThat(observer.closed).isEmpty();
        assertThat(observer.answers).isEqualTo(1);
    }

    @Test
    void whatTheNetworkSaysIsNotTold() {
        openSession();
        upstream.pipeline().fireExceptionCaught(new IOException("Message too long"));
        assertThat(ofListener.lines()).isEmpty();
        assertThat(ofSocket.lines()).isEmpty();
        assertThat(observer.closed).isEmpty();
    }

    @Test
    void aFreeSocketWithAFaultIsToldAndClosed() {
        upstream.pipeline().fireExceptionCaught(new IllegalStateException("a fault"));
        assertThat(ofSocket.lines()).containsExactly("ERROR Unexpected failure on a connection; closing it");
        assertThat(upstream.isOpen()).isFalse();
    }

    @Test
    void aFreeSocketThatIsRefusedIsClosedWithoutAWord() {
        upstream.pipeline().fireExceptionCaught(new IOException("Connection refused"));
        assertThat(ofSocket.lines()).isEmpty();
        assertThat(upstream.isOpen()).isFalse();
    }

    @Test
    void aNodeWithoutALocalPortLeftIsNotTheBackendsFault() {
        EmbeddedChannel portless =
                new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void connect(
                            ChannelHandlerContext ctx,
                            SocketAddress remote,
                            SocketAddress local,
                            ChannelPromise attempt) {
                        attempt.setFailure(
                                new ConnectException("connect(..) failed: Resource temporarily unavailable"));
                    }
                }) {
                    @Override
                    public boolean isActive() {
                        return false;
                    }
                };
        ReplyHandler socket = new ReplyHandler(sockets, BACKEND, portless);
        assertThat(session(socket).open()).isEqualTo(CloseReason.NO_DESCRIPTOR);
        assertThat(observer.closed).containsExactly(CloseReason.NO_DESCRIPTOR);
    }

    private void openSession() {
        assertThat(session(replies).open()).isNull();
    }

    private UdpSession session(ReplyHandler socket) {
        UdpLimits limits = UdpLimits.ofDescriptorLimit(1_000);
        UdpSessionTable table = new UdpSessionTable(limits, 10, ticker, new AtomicInteger());
        ServicePortName name = new ServicePortName(new ServiceName("ns", "echo"), "", Protocol.UDP);
        RouteRef route = new RouteRef(Routes.to(name, new PoolRef(0, ticker), observer));
        UdpLoop loop = new UdpLoop(listenerChannel.eventLoop(), limits, table, sockets, new OwnFrontends(), ticker);
        DatagramHandler listener = new DatagramHandler(listenerChannel, route, loop);
        return new UdpSession(listener, CLIENT, observer, socket);
    }

    private void answer() {
        upstream.writeInbound(new DatagramPacket(Unpooled.copiedBuffer("answer", UTF_8), CLIENT, BACKEND.address()));
    }

    /** Fails on answers while told to. */
    private static final class Faulty implements ServicePortObserver {

        private final List<CloseReason> closed = new ArrayList<>();
        private boolean faulty;
        private int answers;

        @Override
        public void onDatagramFromBackend(int bytes) {
            if (faulty) {
                throw new IllegalStateException("a fault");
            }
            answers++;
        }

        @Override
        public void onSessionClose(CloseReason reason) {
            closed.add(reason);
        }
    }
}
