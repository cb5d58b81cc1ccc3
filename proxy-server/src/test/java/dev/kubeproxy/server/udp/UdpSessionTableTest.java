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
import dev.kubeproxy.server.testing.FakeTicker;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.RecordingObserver;
import dev.kubeproxy.server.testing.Routes;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class UdpSessionTableTest {

    private static final Duration EXCHANGE = Duration.ofSeconds(30);
    private static final Duration STREAM = Duration.ofMinutes(2);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ByteBuf PAYLOAD = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("payload", UTF_8));

    private final FakeTicker ticker = new FakeTicker();
    private final AtomicInteger total = new AtomicInteger();
    private final UdpSessionTable table = new UdpSessionTable(new UdpLimits(EXCHANGE, STREAM, 3, 5), 5, ticker, total);
    private final RecordingObserver observer = new RecordingObserver();
    private final EmbeddedChannel listenerChannel = new EmbeddedChannel();
    private final List<EmbeddedChannel> upstreamChannels = new ArrayList<>();
    private final UpstreamSockets sockets = new UpstreamSockets(
            Transport.NIO,
            listenerChannel.eventLoop(),
            new DescriptorBudget(10, DescriptorBudget.Episodes.NONE),
            ticker);
    private final DatagramHandler listener = listener();
    private final DatagramHandler otherListener = listener();
    private int clients;

    @AfterEach
    void close() {
        listenerChannel.finishAndReleaseAll();
        upstreamChannels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Test
    @Rule("G2")
    void anExchangeEndsAfterItsIdleTimeAndNotBefore() {
        UdpSession session = exchange(listener);
        ticker.advance(EXCHANGE.minusNanos(1));
        table.expire();
        assertThat(listener.sessions().find(session.client())).isSameAs(session);
        ticker.advance(Duration.ofNanos(1));
        table.expire();
        assertThat(listener.sessions().find(session.client())).isNull();
        assertThat(observer.closedSessions()).containsExactly(CloseReason.IDLE);
        assertThat(total).hasValue(0);
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    @Rule("G2")
    void datagramsOfEitherSideKeepASession() {
        UdpSession session = waiting(listener);
        ticker.advance(EXCHANGE.minus(SECOND));
        send(session);
        ticker.advance(EXCHANGE.minus(SECOND));
        reply(session);
        ticker.advance(EXCHANGE.minus(SECOND));
        table.expire();
        assertThat(observer.closedSessions()).isEmpty();
        ticker.advance(SECOND);
        table.expire();
        assertThat(observer.closedSessions()).containsExactly(CloseReason.IDLE);
    }

    @Test
    void aSessionIsAStreamOnceDatagramsWentBothWaysMoreThanOnce() {
        UdpSession session = waiting(listener);
        assertThat(session.phase()).isEqualTo(UdpSession.Phase.WAITING);
        reply(session);
        reply(session);
        assertThat(session.phase()).isEqualTo(UdpSession.Phase.ANSWERED);
        send(session);
        assertThat(session.phase()).isEqualTo(UdpSession.Phase.STREAM);
        ticker.advance(STREAM.minusNanos(1));
        table.expire();
        assertThat(observer.closedSessions()).isEmpty();
        ticker.advance(Duration.ofNanos(1));
        table.expire();
        assertThat(observer.closedSessions()).containsExactly(CloseReason.IDLE);
    }

    @Test
    void onlyWhatIsIdleEnds() {
        waiting(listener);
        ticker.advance(SECOND);
        UdpSession younger = waiting(listener);
        ticker.advance(EXCHANGE.minus(SECOND));
        table.expire();
        assertThat(listener.sessions().all()).containsExactly(younger);
    }

    @Test
    @Rule("G8")
    void atTheBoundOfAListenerTheOldestAnsweredExchangeLeaves() {
        UdpSession waiting = waiting(listener);
        UdpSession older = exchange(listener);
        UdpSession newer = exchange(listener);
        UdpSession elsewhere = exchange(otherListener);
        assertThat(table.makeRoom(listener.sessions())).isTrue();
        assertThat(listener.sessions().all()).containsExactlyInAnyOrder(waiting, newer);
        assertThat(otherListener.sessions().all()).containsExactly(elsewhere);
        assertThat(listener.sessions().find(older.client())).isNull();
        assertThat(observer.closedSessions()).containsExactly(CloseReason.EVICTED);
    }

    @Test
    @Rule("G8")
    void whereNoneIsAnsweredTheOldestThatWaitsLeaves() {
        UdpSession oldest = waiting(listener);
        UdpSession youngest = waiting(listener);
        stream(listener);
        send(oldest); // now the other one has waited for longer
        assertThat(table.makeRoom(listener.sessions())).isTrue();
        assertThat(listener.sessions().find(youngest.client())).isNull();
        assertThat(listener.sessions().find(oldest.client())).isSameAs(oldest);
    }

    @Test
    void streamsNeverLeave() {
        for (int i = 0; i < 3; i++) {
            stream(listener);
        }
        assertThat(table.makeRoom(listener.sessions())).isFalse();
        assertThat(table.makeRoom(otherListener.sessions())).isTrue();
        assertThat(observer.closedSessions()).isEmpty();
    }

    @Test
    void streamsThatAreIdleMakeRoom() {
        for (int i = 0; i < 3; i++) {
            stream(listener);
        }
        ticker.advance(STREAM);
        assertThat(table.makeRoom(listener.sessions())).isTrue();
        assertThat(total).hasValue(0);
    }

    @Test
    @Rule("G8")
    void atTheBoundOfAllTheOldestOfAnyListenerLeaves() {
        UdpSession oldest = exchange(otherListener);
        for (int i = 0; i < 2; i++) {
            exchange(listener);
            stream(otherListener);
        }
        assertThat(table.makeRoom(listener.sessions())).isTrue();
        assertThat(otherListener.sessions().find(oldest.client())).isNull();
        assertThat(total).hasValue(4);
    }

    @Test
    void aSessionEndsOnce() {
        UdpSession session = waiting(listener);
        session.end(CloseReason.BACKEND_REMOVED);
        session.end(CloseReason.SHUTDOWN);
        assertThat(observer.closedSessions()).containsExactly(CloseReason.BACKEND_REMOVED);
        assertThat(total).hasValue(0);
    }

    private UdpSession waiting(DatagramHandler of) {
        clients++;
        InetSocketAddress client = new InetSocketAddress(Addresses.parse("10.1.0.1"), clients);
        Backend backend = Backend.of(Addresses.parse("10.0.0.1"), 53);
        EmbeddedChannel upstream = new EmbeddedChannel();
        upstreamChannels.add(upstream);
        UdpSession session = new UdpSession(of, client, observer, new ReplyHandler(sockets, backend, upstream));
        assertThat(session.open()).isNull();
        send(session);
        return session;
    }

    private UdpSession exchange(DatagramHandler of) {
        UdpSession session = waiting(of);
        reply(session);
        return session;
    }

    private UdpSession stream(DatagramHandler of) {
        UdpSession session = exchange(of);
        send(session);
        reply(session);
        return session;
    }

    private static void send(UdpSession session) {
        session.send(PAYLOAD);
        session.flush();
    }

    private static void reply(UdpSession session) {
        session.reply(PAYLOAD);
        session.flushReplies();
    }

    private DatagramHandler listener() {
        ServicePortName name = new ServicePortName(new ServiceName("ns", "echo"), "", Protocol.UDP);
        RouteRef route = new RouteRef(Routes.to(name, new PoolRef(0, ticker), observer));
        UdpLoop loop = new UdpLoop(
                listenerChannel.eventLoop(),
                new UdpLimits(EXCHANGE, STREAM, 3, 5),
                table,
                sockets,
                new OwnFrontends(),
                ticker);
        return new DatagramHandler(listenerChannel, route, loop);
    }
}
