package dev.kubeproxy.control.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;

/**
 * A page as one client gets it.
 *
 * @param headersOnly without its body
 * @param inChunks where its length is not known; else, for HTTP/1.0, its end is that of the connection
 */
record Answer(Page page, boolean headersOnly, boolean inChunks) {

    private static final int LONGEST_AT_ONCE = 16 * 1024; // bytes

    /**
     * Returns when all is on its way.
     *
     * @param sent complete when all is sent
     */
    void send(Channel client, ChannelPromise sent) throws IOException {
        long length = page.body().length();
        if (headersOnly) {
            client.writeAndFlush(whole(Unpooled.EMPTY_BUFFER), sent);
        } else if (length >= 0 && length <= LONGEST_AT_ONCE) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) length);
            page.body().writeTo(bytes);
            client.writeAndFlush(whole(Unpooled.wrappedBuffer(bytes.toByteArray())), sent);
        } else {
            client.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(), headers()));
            AnswerStream rest = new AnswerStream(client);
            page.body().writeTo(rest);
            rest.end(sent);
        }
    }

    private DefaultFullHttpResponse whole(ByteBuf body) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status(), body, headers(), EmptyHttpHeaders.INSTANCE);
    }

    private HttpResponseStatus status() {
        return HttpResponseStatus.valueOf(page.status());
    }

    private HttpHeaders headers() {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set("Date", HttpDate.of(Instant.now()))
                .set("Content-Type", page.contentType())
                .set("X-Content-Type-Options", "nosniff");
        page.headers().forEach(headers::set);
        if (page.body().length() >= 0) {
            headers.set("Content-Length", page.body().length());
        } else if (inChunks) {
            headers.set("Transfer-Encoding", "chunked");
        }
        if (!inChunks) {
            headers.set("Connection", "close"); // as HTTP/1.0 has it; not all of its clients know more
        }
        return headers;
    }
}
