package dev.kubeproxy.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: takes what one socket receives to the other. Small messages are copied; once a turn has
 * brought bulk, the rest of it is spliced. What the sink does not take at once waits here, and nothing more is received
 * meanwhile. Confined to the sockets' event loop.
 */
final class ByteRelay implements Runnable {

    private static final Logger LOG = LogManager.getLogger();

    /** After so many bytes another socket has its turn. */
    private static final int MOST_BYTES = 1024 * 1024;

    /** So many bytes without one the other way are a stream, and no answer to a request. */
    private static final int STREAM = 4 * 1024 * 1024;

    private final EpollStream source;
    private final EpollStream sink;
    private final RelaySpace space;
    private final int bulkFrom;
    private boolean bulk;
    /** How many bytes have been spliced since some were copied the other way; what is spliced that way is no request. */
    private long oneWay;
    /** How much is spliced at once: in a stream more, the longer the sink keeps up. It may wait, counted to no socket. */
    private int batch = Pipe.SMALL;
    /** What the sink has not taken: copied, or in a pipe. */
    private @Nullable ByteBuf rest;

    private @Nullable Pipe pipe;
    private boolean ended;

    /** @param bulkFrom how many bytes in a turn are bulk */
    ByteRelay(EpollStream source, EpollStream sink, RelaySpace space, int bulkFrom) {
        this.source = source;
        this.sink = sink;
        this.space = space;
        this.bulkFrom = bulkFrom;
        this.bulk = bulkFrom == 0;
    }

    /** True where it meets by itself what becomes of the source. */
    boolean isReading() {
        return !ended && isIdle();
    }

    /** Does what can be done: the source is readable, or the sink takes more, or both. */
    @Override
    public void run() {
        try {
            if (flush()) {
                receive();
            }
        } catch (Throwable e) { // no memory for a rest, too: it ends this connection, and would end the event loop
            source.breakBy(e);
        }
    }

    private void receive() throws IOException {
        int taken = 0;
        while (source.isReadable() && isReading()) {
            if (taken >= MOST_BYTES) {
                source.giveWay();
                return;
            }
            int bytes = bulk ? splice() : copy();
            taken += bytes;
            bulk = taken >= bulkFrom;
        }
    }

    /** True where nothing waits for the sink. */
    boolean isIdle() {
        return rest == null && pipe == null;
    }

    private int copy() throws IOException {
        int bytes = source.socket().recvAddress(space.address(), 0, RelaySpace.BUFFER);
        if (bytes == 0) {
            return nothing();
        }
        if (bytes < 0) {
            ended = true;
            source.events().onEnd();
            return 0;
        }
        if (bytes < RelaySpace.BUFFER) {
            source.onDrained();
        }
        source.events().onBytes(bytes);
        source.expectAnswer();
        int sent = send(space.address(), bytes);
        if (sent < bytes && sent >= 0) {
            rest = space.copy(sent, bytes);
            sink.awaitWritable();
        }
        return bytes;
    }

    private int nothing() {
        source.onNothing();
        return 0;
    }

    /** @return negative where the sink is broken, which was told */
    private int send(long address, int bytes) {
        try {
            return sink.socket().sendAddress(address, 0, bytes);
        } catch (IOException e) {
            sink.breakBySend(e);
            return -1;
        }
    }

    private int splice() throws IOException {
        Pipe through = space.pipes().take(batch);
        if (through == null) {
            return copy();
        }
        pipe = through;
        int bytes = through.fill(source.socket(), batch);
        if (bytes == 0) {
            releasePipe();
            return source.isThorough() ? copy() : nothing(); // the former tells what it was
        }
        source.events().onBytes(bytes);
        oneWay += bytes;
        flush();
        return bytes;
    }

    /** @return true where nothing waits any more */
    private boolean flush() {
        try {
            if (rest != null) {
                flushRest(rest);
            } else if (pipe != null) {
                flushPipe(pipe);
            }
        } catch (IOException e) {
            sink.breakBySend(e);
        }
        return isIdle();
    }

    private void flushRest(ByteBuf waiting) throws IOException {
        Socket socket = sink.socket();
        var bytes = waiting.internalNioBuffer(waiting.readerIndex(), waiting.readableBytes());
        waiting.skipBytes(socket.send(bytes, bytes.position(), bytes.limit()));
        if (waiting.isReadable()) {
            sink.awaitWritable();
        } else {
            rest = null;
            waiting.release();
        }
    }

    private void flushPipe(Pipe waiting) throws IOException {
        while (!waiting.isEmpty()) {
            if (waiting.drain(sink.socket()) == 0) { // less than all may be for a signal, and not for want of room
                batch = Math.max(batch / 2, Pipe.SMALL);
                sink.awaitWritable();
                return;
            }
        }
        if (oneWay > STREAM) {
            batch = Math.min(batch * 2, Pipe.LARGE);
        }
        releasePipe();
    }

    /** The source is broken: what it said before is handed on, as far as the sink takes it, and no end. */
    void passOnLast() {
        try {
            while (isReading()) {
                int bytes = source.socket().recvAddress(space.address(), 0, RelaySpace.BUFFER);
                if (bytes <= 0) {
                    return;
                }
                source.events().onBytes(bytes);
                if (sink.socket().sendAddress(space.address(), 0, bytes) < bytes) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.trace("Both ends of a connection are broken", e);
        }
    }

    /** The sink said something: what comes for it from now on may be the answer, and no stream. */
    void expectAnswer() {
        oneWay = 0;
        batch = Pipe.SMALL;
    }

    /** The sink is closed: what waits for it is lost. */
    void discard() {
        ended = true;
        if (rest != null) {
            rest.release();
            rest = null;
        }
        releasePipe();
    }

    private void releasePipe() {
        Pipe used = pipe;
        pipe = null;
        if (used != null) {
            space.pipes().give(used);
        }
    }
}
