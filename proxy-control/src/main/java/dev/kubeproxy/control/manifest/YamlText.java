package dev.kubeproxy.control.manifest;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Parses the text of one YAML document, or of JSON, which is YAML but for its tabs; says in plain words why it cannot. */
final class YamlText {

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new ManifestSchema())
            .setCodePointLimit(Integer.MAX_VALUE)
            .setAllowNonScalarKeys(true)
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .build();

    private YamlText() {}

    /**
     * The core schema; its scalars are told apart by one resolver, which the library makes anew for each document.
     * Composing, by several threads at once, only reads it.
     */
    private static final class ManifestSchema extends CoreSchema {

        private final ScalarResolver core = super.getScalarResolver();

        @Override
        public ScalarResolver getScalarResolver() {
            return (value, implicit) -> hasTwoDots(value) ? Tag.STR : core.resolve(value, implicit);
        }

        /** That is no number; it spares the addresses, of which manifests are full, some regular expressions. */
        private static boolean hasTwoDots(String value) {
            return value.indexOf('.') != value.lastIndexOf('.');
        }
    }

    static Node compose(String text) throws Fault.Found {
        String yaml = text.stripLeading().startsWith("{") ? text.replace('\t', ' ') : text;
        try {
            Optional<Node> root = new Compose(SETTINGS).composeString(yaml);
            return root.orElseThrow(() -> new Fault.Found(new Fault(1, 0, "the document is empty")));
        } catch (MarkedYamlEngineException e) {
            throw new Fault.Found(fault(e));
        } catch (ReaderException e) {
            throw new Fault.Found(fault(e, yaml));
        } catch (YamlEngineException e) {
            throw new Fault.Found(new Fault(1, 0, "is not YAML: " + firstLine(e.getMessage())));
        } catch (StackOverflowError _) { // the parser recurses and has no bound of its own
            throw new Fault.Found(new Fault(1, 0, "nests too deeply to be read"));
        }
    }

    private static Fault fault(MarkedYamlEngineException e) {
        Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
        String problem = firstLine(e.getProblem());
        int hint = problem.indexOf(". (Do not use");
        String text = (hint < 0 ? problem : problem.substring(0, hint)) + context(e);
        return new Fault(line(mark), mark == null ? 0 : mark.getColumn() + 1, "is not YAML: " + text + advice(text));
    }

    private static String context(MarkedYamlEngineException e) {
        String context = firstLine(e.getContext());
        if (context.isEmpty() || context.endsWith("next token")) {
            return "";
        }
        return e.getContextMark()
                .map(start -> " %s, which begins in line %d".formatted(context, start.getLine() + 1))
                .orElse(" " + context);
    }

    private static int line(@Nullable Mark mark) {
        return mark == null ? 1 : mark.getLine() + 1;
    }

    /** What most often is behind the parser's words. */
    private static String advice(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("\\t")) {
            return "; indent with spaces, not with tabs";
        }
        if (lower.contains("end of stream while scanning a quoted")) {
            return "; close the quote";
        }
        if (lower.contains("mapping values are not allowed")) {
            return "; check the indentation, and quote a value that has a colon in it";
        }
        if (lower.contains("flow sequence") || lower.contains("flow mapping")) {
            return "; close the bracket";
        }
        if (lower.contains("block end") || lower.contains("block mapping") || lower.contains("':'")) {
            return "; check the indentation, and that each field has its colon";
        }
        if (lower.contains("undefined alias")) {
            return "; an anchor (&name) is seen only in its own document";
        }
        return "; check the line";
    }

    private static Fault fault(ReaderException e, String yaml) {
        String before = yaml.substring(
                0, yaml.offsetByCodePoints(0, Math.min(e.getPosition(), yaml.codePointCount(0, yaml.length()))));
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = before.length() - before.lastIndexOf('\n');
        return new Fault(
                line, column, "the character U+%04X is not text; is this a manifest?".formatted(e.getCodePoint()));
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("").strip();
    }
}
