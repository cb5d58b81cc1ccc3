package dev.kubeproxy.control.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of their parts. Of a body it keeps the beginning, which is all that pages look at; Netty's aggregator would
 * refuse a longer one. Confined to its event loop.
 */
final class RequestReader extends SimpleChannelInboundHandler<HttpObject> {

    private static final int LONGEST_BODY = 1024;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private @Nullable HttpRequest begun;

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            begun = null;
            context.fireChannelRead(
                    new Asked.Nonsense(status(part.decoderResult().cause())));
            return;
        }
        if (part instanceof HttpRequest head) {
            begun = head;
            body.reset();
        }
        if (part instanceof HttpContent content) {
            keep(content.content());
        }
        if (part instanceof LastHttpContent && begun != null) {
            context.fireChannelRead(asked(begun));
            begun = null;
        }
    }

    private void keep(ByteBuf content) {
        int length = Math.min(content.readableBytes(), LONGEST_BODY - body.size());
        body.writeBytes(ByteBufUtil.getBytes(content, content.readerIndex(), length));
    }

    private Asked asked(HttpRequest head) {
        Page.Request request =
                new Page.Request(head.method().name(), head.headers(), body.toString(StandardCharsets.UTF_8));
        boolean takesChunks = head.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
        return new Asked.For(head.uri(), path(head.uri()), request, takesChunks);
    }

    /** Whatever stands in a query is let stand. */
    private static String path(String target) {
        String before = target.split("[?#]", 2)[0];
        try {
            return Objects.requireNonNullElse(new URI(before).getPath(), before);
        } catch (URISyntaxException _) {
            return before;
        }
    }

    private static HttpResponseStatus status(Throwable fault) {
        return switch (fault) {
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
    }
}
