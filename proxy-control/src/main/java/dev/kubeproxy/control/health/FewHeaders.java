package dev.kubeproxy.control.health;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/** The headers of a request, so many at most: each takes a hundred bytes of memory, and may be three on the wire. */
final class FewHeaders extends DefaultHttpHeaders {

    static final HttpHeadersFactory FACTORY = new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
            return new FewHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return new FewHeaders();
        }
    };

    private static final int MOST = 100;

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (size() == MOST) {
            throw new TooLongHttpHeaderException("more than " + MOST + " headers");
        }
        return super.add(name, value);
    }
}
