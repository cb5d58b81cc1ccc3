package dev.kubeproxy.control.health;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What follows the headers of an answer. */
interface Body {

    /** In bytes; negative where that is known only once all is written. */
    long length();

    void writeTo(OutputStream out) throws IOException;

    static Body of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Body of(byte[] bytes) {
        return new Body() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(bytes);
            }
        };
    }
}
