import org.flywaydb.core.Flyway;

/** Does what {@code flyway migrate} does; all settings come from the environment. */
public final class Migrate {
    private Migrate() {}

    public static void main(String[] arguments) {
        if (arguments.length != 1 || !arguments[0].equals("migrate")) {
            throw new IllegalArgumentException("write: migrate");
        }
        Flyway.configure().envVars().load().migrate();
    }
}
