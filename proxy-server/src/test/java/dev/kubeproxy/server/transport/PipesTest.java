package dev.kubeproxy.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxy.server.bpf.PipeCapacity;
import dev.kubeproxy.server.limit.DescriptorBudget;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipesTest {

    private static final int ROOM = 20;

    private final DescriptorBudget descriptors =
            new DescriptorBudget(2 * ROOM * Pipe.DESCRIPTORS, DescriptorBudget.Episodes.NONE);
    private final Pipes pipes = new Pipes(descriptors);

    @BeforeEach
    void needsEpoll() {
        assumeTrue(Transport.EPOLL.available(), "pipes are opened by Netty's native library");
    }

    @Test
    void aPipeThatWasGivenBackIsTakenAgain() {
        Pipe first = take();
        pipes.give(first);
        assertThat(take()).isSameAs(first);
    }

    @Test
    void aStreamsPipeIsNoneOfThoseForLess() {
        Pipe ofAStream = Objects.requireNonNull(pipes.take(Pipe.SMALL + 1));
        pipes.give(ofAStream);
        assertThat(take()).isNotSameAs(ofAStream);
        assertThat(pipes.take(Pipe.LARGE)).isSameAs(ofAStream);
    }

    @Test
    void halfOfTheDescriptorsAreLeftToConnections() {
        assertThat(Stream.generate(this::take).limit(ROOM)).hasSize(ROOM);
        descriptors.acquire(1);
        assertThat(pipes.take(Pipe.SMALL)).isNull();
        assertThat(descriptors.used()).isEqualTo(ROOM * Pipe.DESCRIPTORS + 1);
    }

    @Test
    void someAreKeptAndAllAreClosedAtTheEnd() {
        List<Pipe> all = Stream.generate(this::take).limit(ROOM).toList();
        all.forEach(pipes::give);
        assertThat(descriptors.used()).isBetween(Pipe.DESCRIPTORS, ROOM / 2 * Pipe.DESCRIPTORS);
        pipes.close();
        assertThat(descriptors.used()).isZero();
    }

    @Test
    void aPipeCanBeMadeToHoldAMebibyte() throws IOException {
        FileDescriptor[] ends = FileDescriptor.pipe();
        try {
            PipeCapacity.set(ends[1].intValue(), Pipe.LARGE);
            ByteBuffer bytes = ByteBuffer.allocateDirect(2 * Pipe.LARGE);
            assertThat(ends[1].write(bytes, 0, bytes.capacity())).isEqualTo(1024 * 1024);
        } finally {
            ends[0].close();
            ends[1].close();
        }
    }

    private Pipe take() {
        return Objects.requireNonNull(pipes.take(Pipe.SMALL));
    }
}
