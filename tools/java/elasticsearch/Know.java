import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.SecureSetting;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Settings;

/**
 * What the server knows of its settings.
 *
 * <p>Without arguments: a line for each setting of the node, with what comes of some
 * values. With {@code judge}: for each line "NAME TAB VALUE" that it reads, "ok" or the refusal.
 */
public final class Know {
    private static final String[] TRIED = {
        "true", "5", "0.5", "5s", "5mb", "50%", "a,b", "-2000000000", "-1", "99999d",
        "9000pb", "2000000000", "zzz",
    };

    public static void main(String[] arguments) throws Exception {
        logging();
        if (arguments.length == 0) {
            write(ClusterSettings.BUILT_IN_CLUSTER_SETTINGS);
            return;
        }
        ClusterSettings known =
            new ClusterSettings(Settings.EMPTY, ClusterSettings.BUILT_IN_CLUSTER_SETTINGS);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t", -1);
            Settings stated = Settings.builder().put(parts[0], parts[1]).build();
            System.out.println(outcome(() -> known.validate(stated, true)));
        }
    }

    private static void logging() {
        try {
            Class.forName("org.elasticsearch.common.logging.LogConfigurator")
                .getMethod("configureESLogging").invoke(null);
        } catch (ReflectiveOperationException olderThanThat) {
            return;
        }
    }

    private static void write(Set<Setting<?>> settings) {
        for (Setting<?> setting : settings) {
            String key = setting.getKey();
            boolean open = key.endsWith(".") || key.contains("*");
            List<String> line = new ArrayList<>(List.of(key, shape(setting)));
            for (String value : TRIED) {
                line.add(open ? "" : outcome(() -> setting.get(one(key, value))));
            }
            line.add(open ? "" : String.join("|", words(setting, line.get(line.size() - 1))));
            System.out.println(String.join("\t", line));
        }
    }

    private static String shape(Setting<?> setting) {
        if (setting instanceof SecureSetting) {
            return "secure";
        }
        return setting.getClass().getSimpleName().startsWith("List") ? "list" : "";
    }

    /** Returns the constants of the enumeration that a refusal names, as far as they are taken. */
    private static List<String> words(Setting<?> setting, String refusal) {
        List<String> taken = new ArrayList<>();
        String named = refusal.replaceFirst("^No enum constant (.*)\\..*$", "$1");
        int depth = named.length();
        while (!named.equals(refusal) && depth > 0) {
            try {
                String binary = named.substring(0, depth) + named.substring(depth).replace('.', '$');
                for (Object constant : Class.forName(binary).getEnumConstants()) {
                    String word = constant.toString().toLowerCase(java.util.Locale.ROOT);
                    if (outcome(() -> setting.get(one(setting.getKey(), word))).equals("ok")) {
                        taken.add(word);
                    }
                }
                return taken;
            } catch (ClassNotFoundException notThere) {
                depth = named.lastIndexOf('.', depth - 1);
            }
        }
        return taken;
    }

    private static Settings one(String key, String value) {
        return Settings.builder().put(key, value).build();
    }

    private static String outcome(Runnable judged) {
        try {
            judged.run();
            return "ok";
        } catch (Exception refusal) {
            return String.valueOf(refusal.getMessage()).replaceAll("\\s+", " ");
        }
    }
}
