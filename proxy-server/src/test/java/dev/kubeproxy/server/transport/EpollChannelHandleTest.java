package dev.kubeproxy.server.transport;

import static io.netty.channel.epoll.EpollIoOps.EPOLLIN;
import static io.netty.channel.epoll.EpollIoOps.EPOLLRDHUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("epoll")
class EpollChannelHandleTest {

    private final List<EpollIoOps> seen = new ArrayList<>();
    private long turn;
    private final EpollChannelHandle handle = new EpollChannelHandle(new Channel(), () -> turn);

    static boolean epoll() {
        return Epoll.isAvailable();
    }

    @Test
    void whatComesInTheTurnOfTheRegistrationIsAnothersAndNotHeard() {
        comes(EPOLLIN.with(EPOLLRDHUP));
        turn++;
        comes(EPOLLIN);
        assertThat(seen).containsExactly(EPOLLIN);
    }

    @Test
    void aReaderHearsOfWhatCanBeReadAndTheChannelOfAllElse() {
        AtomicInteger read = new AtomicInteger();
        handle.readBy(read::incrementAndGet);
        turn++;
        comes(EPOLLIN);
        comes(EPOLLIN.with(EPOLLRDHUP));
        assertThat(read).hasValue(1);
        assertThat(seen).containsExactly(EPOLLIN.with(EPOLLRDHUP));
    }

    @Test
    void aFaultIsKeptFromTheOthersOfTheTurn() {
        handle.readBy(() -> {
            throw new IllegalStateException("a fault");
        });
        turn++;
        assertThatCode(() -> comes(EPOLLIN)).doesNotThrowAnyException();
    }

    private void comes(EpollIoOps ops) {
        record Event(EpollIoOps ops) implements EpollIoEvent {}
        handle.handle(new Registered(), new Event(ops));
    }

    private static final class Registered implements IoRegistration {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is the interface's
        public <T> T attachment() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long submit(IoOps ops) {
            throw new UnsupportedOperationException();
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
