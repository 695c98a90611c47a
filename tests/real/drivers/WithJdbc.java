import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Runs a statement many times, prepared on the server, over connections that share few of it. */
public class WithJdbc {
    public static void main(String[] arguments) throws SQLException {
        try (Connection one = connection(arguments); Connection other = connection(arguments);
                PreparedStatement first = one.prepareStatement("SELECT ?::int + 1");
                PreparedStatement second = other.prepareStatement("SELECT ?::int + 1")) {
            for (int number = 0; number < 20; number++) {
                for (PreparedStatement statement : new PreparedStatement[] {first, second}) {
                    statement.setInt(1, number);
                    try (ResultSet rows = statement.executeQuery()) {
                        rows.next();
                        if (rows.getInt(1) != number + 1) {
                            throw new AssertionError(rows.getInt(1));
                        }
                    }
                }
            }
        }
        System.out.println("prepared");
    }

    private static Connection connection(String[] arguments) throws SQLException {
        return DriverManager.getConnection(
                arguments[0] + "?prepareThreshold=1", arguments[1], arguments[2]);
    }
}
