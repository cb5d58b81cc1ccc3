package dev.kubeproxy.server.transport;

import static io.netty.channel.epoll.EpollIoOps.EPOLLET;
import static io.netty.channel.epoll.EpollIoOps.EPOLLIN;
import static io.netty.channel.epoll.EpollIoOps.EPOLLOUT;
import static io.netty.channel.epoll.EpollIoOps.EPOLLRDHUP;
import static io.netty.channel.epoll.EpollIoOps.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What the kernel is told of what a channel waits for. */
@EnabledIf("epoll")
class EpollInterestTest {

    private static final EpollIoOps CONNECTING = EPOLLOUT.with(EPOLLRDHUP);
    private static final EpollIoOps READING = EPOLLIN.with(EPOLLRDHUP);

    private final List<EpollIoOps> told = new ArrayList<>();
    private final List<EpollIoOps> seen = new ArrayList<>();
    private final List<EpollInterest> changed = new ArrayList<>();
    private long turn;
    private final EpollInterest interest = new EpollInterest(new Channel(), changed::add, () -> turn);

    EpollInterestTest() {
        interest.registeredAs(new Kernel());
    }

    static boolean epoll() {
        return Epoll.isAvailable();
    }

    @Test
    void aConnectionIsToldOfAtOnceAndAsOneThatWillRead() {
        interest.submit(CONNECTING);
        assertThat(told).containsExactly(CONNECTING.with(EPOLLIN));
    }

    @Test
    void changesThatUndoEachOtherBeforeTheNextWaitAreNotTold() {
        interest.submit(READING);
        interest.submit(READING.with(EPOLLOUT));
        interest.submit(EPOLLRDHUP);
        interest.submit(READING);
        settle();
        assertThat(told).containsExactly(READING);
    }

    @Test
    void readinessToWriteIsTakenBackBeforeTheNextWait() {
        interest.submit(CONNECTING);
        interest.submit(READING);
        settle();
        assertThat(told).containsExactly(CONNECTING.with(EPOLLIN), READING);
    }

    @Test
    void whatNobodyWaitsForIsKeptFromTheChannelAndThenTakenBack() {
        interest.submit(READING);
        interest.submit(EPOLLRDHUP);
        settle();
        assertThat(told).as("nothing came yet").containsExactly(READING);
        comes(READING);
        settle();
        assertThat(seen).containsExactly(EPOLLRDHUP);
        assertThat(told).containsExactly(READING, EPOLLRDHUP);
        interest.submit(READING);
        settle();
        assertThat(told).containsExactly(READING, EPOLLRDHUP, READING);
    }

    @Test
    void aChannelThatWaitsForNothingStaysKnownAndWakesNobody() {
        interest.submit(READING);
        interest.submit(NONE);
        settle();
        comes(READING);
        settle();
        assertThat(seen).isEmpty();
        assertThat(told).containsExactly(READING, EPOLLET);
    }

    @Test
    void whatComesInTheTurnOfTheRegistrationIsAnothersAndNotHeard() {
        interest.submit(READING);
        comes(READING);
        settle();
        comes(READING);
        assertThat(seen).containsExactly(READING);
    }

    /** As the loop does before each of its waits. */
    private void settle() {
        List.copyOf(changed).forEach(EpollInterest::settle);
        changed.clear();
        turn++;
    }

    private void comes(EpollIoOps ops) {
        record Event(EpollIoOps ops) implements EpollIoEvent {}
        interest.handle(interest, new Event(ops));
    }

    private final class Kernel implements IoRegistration {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is the interface's
        public <T> T attachment() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long submit(IoOps ops) {
            told.add((EpollIoOps) ops);
            return 0;
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }

    @SuppressWarnings("try") // the interface's close may throw anything
    private final class Channel implements EpollIoHandle {

        @Override
        public FileDescriptor fd() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            seen.add(((EpollIoEvent) event).ops());
        }

        @Override
        public void close() {}
    }
}
