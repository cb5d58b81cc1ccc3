package dev.kubeproxy.control.health;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What follows the headers of a long answer, sent in pieces while it is written. Whoever writes waits for the client to
 * take them, so that no more than a few are in memory. For one thread, which is not the event loop's.
 */
final class AnswerStream extends OutputStream {

    private static final int PIECE = 16 * 1024;
    private static final int UNDER_WAY = 2;

    private final Channel client;
    private final Semaphore room = new Semaphore(UNDER_WAY);
    private volatile @Nullable Throwable failure;
    private byte[] piece = new byte[PIECE];
    private int filled;

    AnswerStream(Channel client) {
        this.client = client;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int written = 0; written < length; ) {
            if (filled == PIECE) {
                send();
            }
            int part = Math.min(length - written, PIECE - filled);
            System.arraycopy(bytes, offset + written, piece, filled, part);
            filled += part;
            written += part;
        }
    }

    /** Nothing more is to come. */
    void end(ChannelPromise sent) {
        client.writeAndFlush(new DefaultLastHttpContent(Unpooled.wrappedBuffer(piece, 0, filled)), sent);
    }

    private void send() throws IOException {
        awaitRoom();
        client.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece, 0, filled)))
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        failure = sent.cause();
                    }
                    room.release();
                });
        piece = new byte[PIECE];
        filled = 0;
    }

    /** Once the client is gone there is room at once: what is under way fails. */
    private void awaitRoom() throws IOException {
        try {
            room.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the port is closed").initCause(e);
        }
        if (failure != null) {
            throw new IOException(failure);
        }
    }
}
