package dev.kubeproxy.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line: kube-proxy's flags in kube-proxy's forms, which are those of pflag (rule N1): {@code --flag=value},
 * {@code --flag value}, switches alone, {@code -v2}, underscores for dashes.
 *
 * <p>The flag library is for {@link FlagHelp} only. Its classes are too old for the JVM's AOT cache; loading them took
 * 0.3 s of each start.
 */
final class Flags {

    /** Scripts ask for these; they do nothing else then. */
    enum Request {
        HELP,
        VERSION,
        RUN
    }

    /** What a command line says. */
    record Parsed(Request request, Values values) {}

    private static final Map<String, Request> REQUESTS = Map.of("help", Request.HELP, "version", Request.VERSION);
    private static final Map<String, String> BRIEF = Map.of("-h", "help", "-v", "v");

    private final Map<String, Setting<?>> settings = new HashMap<>();
    private final Map<String, List<String>> texts = new LinkedHashMap<>();

    private Flags() {
        for (Setting<?> setting : Settings.ALL) {
            settings.put(setting.flag(), setting);
        }
        settings.remove("");
    }

    /**
     * Takes a line apart; values are looked at later.
     *
     * @throws ConfigurationException when that cannot be done
     */
    static Parsed parse(String... args) throws ConfigurationException {
        Flags flags = new Flags();
        Deque<String> words = new ArrayDeque<>(List.of(args));
        while (!words.isEmpty()) {
            flags.take(words);
        }
        return flags.parsed();
    }

    /** Takes a flag, and its value where that is a word of its own. */
    private void take(Deque<String> words) throws ConfigurationException {
        String word = words.removeFirst();
        if (word.equals("--")) { // arguments follow
            if (!words.isEmpty()) {
                throw noArgument(words.getFirst());
            }
        } else if (word.startsWith("--")) {
            int equals = word.indexOf('=');
            String dashed = equals < 0 ? word : word.substring(0, equals);
            String flag = known(dashed.substring(2).replace('_', '-'), dashed);
            add(flag, equals < 0 ? null : word.substring(equals + 1), words);
        } else if (word.startsWith("-") && word.length() > 1) { // -v 2, -v=2, -v2
            String dashed = word.substring(0, 2);
            String flag = known(BRIEF.getOrDefault(dashed, ""), word);
            String rest = word.substring(2);
            add(flag, rest.isEmpty() ? null : rest.startsWith("=") ? rest.substring(1) : rest, words);
        } else {
            throw noArgument(word);
        }
    }

    private String known(String flag, String written) throws ConfigurationException {
        if (REQUESTS.containsKey(flag) || settings.containsKey(flag)) {
            return flag;
        }
        throw new ConfigurationException("unknown flag: " + written
                + FlagHelp.like(written)
                        .map(like -> "; did you mean " + like + "?")
                        .orElse(""));
    }

    private void add(String flag, @Nullable String value, Deque<String> words) throws ConfigurationException {
        Setting<?> setting = settings.get(flag);
        String text = value;
        if (text == null) {
            text = setting == null || setting.isSwitch() ? "true" : words.pollFirst();
        }
        if (text == null) {
            throw new ConfigurationException("flag needs an argument: --" + flag);
        }
        texts.computeIfAbsent(flag, _ -> new ArrayList<>()).add(text);
    }

    private Parsed parsed() {
        Values values = new Values();
        Request request = Request.RUN;
        for (Map.Entry<String, List<String>> flag : texts.entrySet()) {
            Setting<?> setting = settings.get(flag.getKey());
            List<String> written = flag.getValue();
            if (setting != null) {
                String text = setting.adds() ? String.join(",", written) : written.getLast();
                values.put(setting, text, "--" + flag.getKey());
            } else if (!written.getLast().equals("false")) {
                request = REQUESTS.getOrDefault(flag.getKey(), request);
            }
        }
        return new Parsed(request, values);
    }

    private static ConfigurationException noArgument(String word) {
        return new ConfigurationException("kube-proxy does not take any arguments, got \"" + word + "\"");
    }
}
