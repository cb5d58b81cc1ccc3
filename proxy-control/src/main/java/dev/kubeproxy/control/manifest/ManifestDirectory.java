package dev.kubeproxy.control.manifest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The manifest files of a directory, as bytes. Symbolic links are followed; what lies deeper is not read. */
final class ManifestDirectory {

    private static final long MOST_BYTES = 32 << 20;

    /** Changes whenever a file's bytes do. */
    record Fingerprint(
            FileTime modified, long size, @Nullable Object fileKey) {}

    private final Path directory;

    ManifestDirectory(Path directory) {
        this.directory = directory;
    }

    /** True for the names that are read; editors' and our own files are none of them. */
    static boolean accepts(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && !name.startsWith("#")
                && (lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json"));
    }

    /** The manifest files by name. */
    Map<String, Fingerprint> list() throws IOException {
        Map<String, Fingerprint> files = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                Fingerprint fingerprint = accepts(name) ? fingerprint(name) : null;
                if (fingerprint != null) {
                    files.put(name, fingerprint);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    /** Null where there is no such file now. */
    @Nullable
    Fingerprint fingerprint(String name) {
        try {
            var attributes = Files.readAttributes(directory.resolve(name), BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? new Fingerprint(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey())
                    : null;
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) { // a link that leads in a circle, say; reading it will fail and tell
            return new Fingerprint(FileTime.fromMillis(0), 0, String.valueOf(e.getMessage()));
        }
    }

    /** The text of a file; null where there is no such file now. */
    @Nullable
    String text(String name, Fingerprint fingerprint) throws Fault.Found {
        if (fingerprint.size() > MOST_BYTES) {
            throw new Fault.Found(new Fault(
                    0,
                    0,
                    "has %d MiB; no more than %d are read, split it"
                            .formatted(fingerprint.size() >> 20, MOST_BYTES >> 20)));
        }
        try {
            return decode(Files.readAllBytes(directory.resolve(name)));
        } catch (NoSuchFileException _) {
            return null;
        } catch (AccessDeniedException _) {
            throw new Fault.Found(new Fault(0, 0, "may not be read by this process; change its permissions"));
        } catch (FileSystemException e) {
            throw new Fault.Found(new Fault(0, 0, "cannot be read: " + e.getReason()));
        } catch (IOException e) {
            throw new Fault.Found(new Fault(0, 0, "cannot be read: " + e.getMessage()));
        }
    }

    private static String decode(byte[] bytes) throws Fault.Found {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(in)
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException _) {
            throw notUtf8(bytes);
        }
    }

    /** Finds the place: the first byte that does not come back when what can be read is written again. */
    private static Fault.Found notUtf8(byte[] bytes) {
        byte[] again = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        int at = Math.max(0, Arrays.mismatch(bytes, again));
        int line = 1;
        int column = 1;
        for (int i = 0; i < at; i++) {
            boolean end = bytes[i] == '\n';
            line += end ? 1 : 0;
            column = end ? 1 : column + 1;
        }
        return new Fault.Found(new Fault(
                line, column, "the byte 0x%02X is not UTF-8; save the file as UTF-8".formatted(bytes[at] & 0xff)));
    }
}
