package io.pikaconnect.sink;

import io.pikaconnect.redis.Access;
import io.pikaconnect.redis.SentinelTarget;
import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.Tls;
import io.pikaconnect.settings.Layout;
import io.pikaconnect.settings.Problems;
import io.pikaconnect.settings.SettingText;
import io.pikaconnect.settings.Word;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The settings of a target whose master sentinels name. */
final class SentinelSettings {

    static final String MASTER = "redis.sentinel.master";
    static final String ADDRESSES = "redis.sentinel.addresses";
    static final String USER = "redis.sentinel.user";
    static final String PASSWORD = "redis.sentinel.password";
    static final String TLS = TlsSettings.SENTINELS.prefix();

    /** How the sentinels are spoken to. */
    private enum Encryption implements Word {
        SAME,
        TRUE,
        FALSE
    }

    private SentinelSettings() {}

    static void define(ConfigDef table) {
        table.define(
                        MASTER,
                        Type.STRING,
                        "",
                        SettingText.oneLine(),
                        Importance.MEDIUM,
                        "Name of the master with the sentinels (sentinel monitor NAME). They are asked for its address at each"
                                + " connect, so a failover needs nothing; redis.address has to be left out.")
                .define(
                        ADDRESSES,
                        Type.LIST,
                        List.of(),
                        SettingValidators.addresses(),
                        Importance.MEDIUM,
                        "host:port of the sentinels, with commas between them; they are asked one after the other.")
                .define(
                        USER,
                        Type.STRING,
                        "",
                        SettingText.oneLine(),
                        Importance.LOW,
                        "ACL user of the sentinels. Empty: the default user.")
                .define(
                        PASSWORD,
                        Type.PASSWORD,
                        "",
                        SettingText.oneLine(),
                        Importance.LOW,
                        "Password of the sentinels. Empty: no authentication. redis.username and redis.password are those"
                                + " of Redis itself.")
                .define(
                        TLS,
                        Type.STRING,
                        Encryption.SAME.word(),
                        Word.choice(Encryption.class),
                        Importance.LOW,
                        "Whether connections to the sentinels are encrypted: \"same\" as those to Redis, with the settings"
                                + " redis.tls…; \"true\" with the settings redis.sentinel.tls… alone; \"false\" not.");
        TlsSettings.SENTINELS.define(table);
    }

    static void show(Layout layout) {
        layout.group("Sentinel")
                .show(MASTER, "Name of the master", Width.MEDIUM)
                .show(ADDRESSES, "Addresses of the sentinels", Width.LONG)
                .show(USER, "User of the sentinels", Width.MEDIUM)
                .show(PASSWORD, "Password of the sentinels", Width.MEDIUM)
                .show(TLS, "Encrypted connections to the sentinels", Width.SHORT);
        TlsSettings.SENTINELS.show(layout);
    }

    static boolean areGiven(AbstractConfig config) {
        return !config.getString(MASTER).isBlank();
    }

    static void check(AbstractConfig config, Problems problems) {
        if (!areGiven(config)) {
            config.originals().keySet().stream()
                    .filter(name -> name.startsWith("redis.sentinel.")
                            && !name.equals(MASTER)
                            && RedisSinkConfig.names().contains(name))
                    .sorted()
                    .forEach(
                            name -> problems.add(name, "has no effect without " + MASTER + ": set that, or remove it"));
            return;
        }
        if (config.getList(ADDRESSES).isEmpty()) {
            problems.add(ADDRESSES, "is missing: give host:port of the sentinels that know " + MASTER);
        }
        if (!config.getString(RedisSinkConfig.REDIS_ADDRESS).isBlank()) {
            problems.add(
                    RedisSinkConfig.REDIS_ADDRESS,
                    "contradicts " + MASTER + ": the sentinels know the address; remove one of the two");
        }
        if (encryption(config) == Encryption.TRUE) {
            TlsSettings.SENTINELS.check(config, problems);
        } else {
            TlsSettings.SENTINELS.addWithoutEffect(config, TLS + "=" + config.getString(TLS), TLS + "=true", problems);
        }
    }

    private static Encryption encryption(AbstractConfig config) {
        return Word.of(Encryption.class, config.getString(TLS));
    }

    /** @param redis what the servers that the sentinels name ask for */
    static SentinelTarget target(AbstractConfig config, Access redis) {
        Optional<Tls> tls = switch (encryption(config)) {
            case SAME -> redis.tls();
            case TRUE -> Optional.of(TlsSettings.SENTINELS.read(config));
            case FALSE -> Optional.empty();
        };
        Access access = new Access(
                Optional.of(config.getString(USER)).filter(user -> !user.isEmpty()),
                TlsSettings.secret(config, PASSWORD),
                tls,
                TLS);
        List<Server> sentinels = config.getList(ADDRESSES).stream()
                .map(address -> ConnectionSettings.server(ADDRESSES, address, access))
                .toList();
        return new SentinelTarget(
                config.getString(MASTER).strip(),
                sentinels,
                redis,
                new SentinelTarget.Settings(ADDRESSES, MASTER, PASSWORD));
    }
}
