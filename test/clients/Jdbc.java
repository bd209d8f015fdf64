import java.math.BigDecimal;
import java.sql.*;
import java.util.*;

/** What a program with pgjdbc asks. */
class Jdbc {
    static final String WEEK_24 = " from ral.analysis_viral_load"
        + " where analysis_visit = 'week 24' and is_analysis_record and ";

    interface Setter {
        void set(PreparedStatement statement, int index) throws SQLException;
    }

    interface Question {
        String answer() throws SQLException;
    }

    static void ask(String question, String how, Question asked) {
        String answer;
        try {
            answer = asked.answer();
        } catch (SQLException e) {
            answer = "error: " + e.getMessage();
        }
        System.out.println(question + "\t" + how + "\t" + answer.replaceAll("\\s+", " "));
    }

    static String read(ResultSet rows) throws SQLException {
        List<String> values = new ArrayList<>();
        while (rows.next())
            values.add(rows.getString(1));
        Collections.sort(values);
        return String.join(" ", values);
    }

    /** From the fifth execution on the server keeps the statement, and values come in binary. */
    static String count(Connection connection, String condition, Setter... values) throws SQLException {
        Set<String> answers = new LinkedHashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("select count(*)" + WEEK_24 + condition)) {
            for (int execution = 0; execution < 7; execution++) {
                for (int i = 0; i < values.length; i++)
                    values[i].set(statement, i + 1);
                answers.add(read(statement.executeQuery()));
            }
        }
        return String.join(" then ", answers);
    }

    static Setter object(Object value) {
        return (statement, index) -> statement.setObject(index, value);
    }

    static void questions(Connection c, String setting) {
        Object[] numbers = {50, 50L, (short) 50, 50.0, 50.0f, new BigDecimal("50"), "50"};
        for (Object number : numbers)
            ask("below 50", number.getClass().getSimpleName() + setting,
                () -> count(c, "viral_load < ?", object(number)));
        ask("below 50", "setObject(i, \"50\", Types.OTHER)" + setting,
            () -> count(c, "viral_load < ?", (s, i) -> s.setObject(i, "50", Types.OTHER)));
        ask("at least 50", "not, Integer" + setting, () -> count(c, "not viral_load < ?", object(50)));
        ask("50 or 400", "in, Integer" + setting, () -> count(c, "viral_load in (?, ?)", object(50), object(400)));
        ask("50 or 400", "array" + setting, () -> count(c, "viral_load = any (?)",
            object(c.createArrayOf("int4", new Integer[] {50, 400}))));
        ask("neither 50 nor 400", "not in, Integer" + setting,
            () -> count(c, "viral_load not in (?, ?)", object(50), object(400)));
        ask("the result <50", "String" + setting, () -> count(c, "viral_load = ?", object("<50")));
        ask("the result <50", "cast" + setting, () -> count(c, "viral_load = cast(? as viral_load)", object("<50")));
        ask("the results", "getString" + setting, () -> {
            try (PreparedStatement s = c.prepareStatement("select viral_load" + WEEK_24 + "viral_load is not null")) {
                return read(s.executeQuery());
            }
        });
        ask("below 50", "getDouble of <50" + setting, () -> {
            try (PreparedStatement s = c.prepareStatement(
                    "select viral_load" + WEEK_24 + "viral_load = '<50'::viral_load");
                    ResultSet rows = s.executeQuery()) {
                rows.next();
                return "a number: " + rows.getDouble(1);
            }
        });
        ask("the type", "getColumns" + setting, () -> {
            try (ResultSet column = c.getMetaData().getColumns(null, "ral", "analysis_viral_load", "viral_load")) {
                column.next();
                return column.getString("TYPE_NAME") + " " + JDBCType.valueOf(column.getInt("DATA_TYPE"));
            }
        });
    }

    public static void main(String[] arguments) throws SQLException {
        String[] settings = {"", "stringtype=unspecified", "prepareThreshold=-1", "preferQueryMode=simple"};
        for (String setting : settings) {
            try (Connection connection = DriverManager.getConnection(System.getenv("JDBC") + "&" + setting)) {
                questions(connection, setting.isEmpty() ? "" : ", " + setting);
            }
        }
    }
}
