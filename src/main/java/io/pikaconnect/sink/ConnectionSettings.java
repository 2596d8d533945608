package io.pikaconnect.sink;

import io.pikaconnect.redis.Access;
import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.StandaloneTarget;
import io.pikaconnect.redis.Target;
import io.pikaconnect.settings.Layout;
import io.pikaconnect.settings.Problems;
import io.pikaconnect.settings.SettingText;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The settings that say which Redis the sink writes to and how it gets there. */
final class ConnectionSettings {

    static final String TLS = TlsSettings.REDIS.prefix();
    static final String CLUSTER = "redis.cluster";

    private ConnectionSettings() {}

    /** Adds them to the sink's table. */
    static ConfigDef define(ConfigDef table) {
        table.define(
                        RedisSinkConfig.REDIS_ADDRESS,
                        Type.STRING,
                        "",
                        SettingValidators.addressesInText(),
                        Importance.HIGH,
                        "host:port of the target Redis. Required, unless redis.sentinel.master is given. A name is resolved"
                                + " again for each connection. Of a cluster: that of a node, or of several with commas"
                                + " between them, which are asked for the others.")
                .define(
                        CLUSTER,
                        Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Whether the target is a Redis Cluster. If it is not set, the sink finds out: several addresses, or a node"
                                + " that says so. Slots may be moved and nodes fail over while the sink runs. A preview: see what"
                                + " the limits say of it.")
                .define(
                        RedisSinkConfig.REDIS_USERNAME,
                        Type.STRING,
                        "",
                        SettingText.oneLine(),
                        Importance.MEDIUM,
                        "ACL user of the target Redis. Empty: the default user. Without redis.password it logs in with an"
                                + " empty one, which Redis accepts for a user without a password (nopass).")
                .define(
                        RedisSinkConfig.REDIS_PASSWORD,
                        Type.PASSWORD,
                        "",
                        SettingText.oneLine(),
                        Importance.MEDIUM,
                        "Password of the target Redis. Empty: no authentication.")
                .define(
                        TLS,
                        Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Whether connections to the target Redis are encrypted (TLS 1.2 or 1.3).");
        TlsSettings.REDIS.define(table);
        SentinelSettings.define(table);
        return table;
    }

    static Layout show(Layout layout) {
        layout.group("Redis")
                .show(RedisSinkConfig.REDIS_ADDRESS, "Address", Width.LONG)
                .show(CLUSTER, "A cluster", Width.SHORT)
                .show(RedisSinkConfig.REDIS_USERNAME, "User", Width.MEDIUM)
                .show(RedisSinkConfig.REDIS_PASSWORD, "Password", Width.MEDIUM)
                .show(RedisSinkConfig.REDIS_DATABASE, "Number of the db", Width.SHORT)
                .group("TLS")
                .show(TLS, "Encrypted connections", Width.SHORT);
        TlsSettings.REDIS.show(layout);
        SentinelSettings.show(layout);
        return layout;
    }

    /** Adds what is missing or contradicts itself, and files that cannot be used. */
    static void check(AbstractConfig config, Problems problems) {
        if (!SentinelSettings.areGiven(config)
                && config.getString(RedisSinkConfig.REDIS_ADDRESS).isBlank()) {
            problems.add(
                    RedisSinkConfig.REDIS_ADDRESS,
                    "is missing: give host:port of the target Redis, or " + SentinelSettings.MASTER + " and "
                            + SentinelSettings.ADDRESSES);
        }
        SentinelSettings.check(config, problems);
        checkCluster(config, problems);
        if (config.getBoolean(TLS)) {
            TlsSettings.REDIS.check(config, problems);
        } else {
            TlsSettings.REDIS.addWithoutEffect(config, TLS + "=false", TLS + "=true", problems);
        }
    }

    private static void checkCluster(AbstractConfig config, Problems problems) {
        if (!isCluster(config)) {
            if (hasSeveralAddresses(config)) {
                problems.add(
                        RedisSinkConfig.REDIS_ADDRESS,
                        "names several servers, as only a cluster has: set " + CLUSTER + "=true, or name one");
            }
        } else if (SentinelSettings.areGiven(config)) {
            problems.add(CLUSTER, "contradicts " + SentinelSettings.MASTER + ": remove one of the two");
        }
    }

    /** Whether it is set, or follows from the addresses. */
    static boolean isCluster(AbstractConfig config) {
        return config.getBoolean(CLUSTER) || !config.originals().containsKey(CLUSTER) && hasSeveralAddresses(config);
    }

    /** Whether a node of a cluster is taken for what it is, though nothing is set. */
    static boolean mayBeCluster(AbstractConfig config) {
        return !isCluster(config) && !config.originals().containsKey(CLUSTER) && !SentinelSettings.areGiven(config);
    }

    private static boolean hasSeveralAddresses(AbstractConfig config) {
        return config.getString(RedisSinkConfig.REDIS_ADDRESS).contains(",");
    }

    static Target target(AbstractConfig config) {
        Access access = access(config);
        if (isCluster(config)) {
            return new ClusterTarget(
                    Stream.of(config.getString(RedisSinkConfig.REDIS_ADDRESS).split(","))
                            .map(address -> server(RedisSinkConfig.REDIS_ADDRESS, address.strip(), access))
                            .toList(),
                    RedisSinkConfig.REDIS_ADDRESS);
        }
        return SentinelSettings.areGiven(config)
                ? SentinelSettings.target(config, access)
                : new StandaloneTarget(
                        server(RedisSinkConfig.REDIS_ADDRESS, config.getString(RedisSinkConfig.REDIS_ADDRESS), access),
                        RedisSinkConfig.REDIS_ADDRESS);
    }

    static Server server(String setting, String address, Access access) {
        Matcher m = RedisSinkConfig.HOST_AND_PORT.matcher(address);
        if (!m.matches()) {
            throw new ConfigException(setting, address, "must be host:port");
        }
        return new Server(m.group(1), Integer.parseInt(m.group(2)), access);
    }

    private static Access access(AbstractConfig config) {
        return new Access(
                Optional.of(config.getString(RedisSinkConfig.REDIS_USERNAME)).filter(user -> !user.isEmpty()),
                TlsSettings.secret(config, RedisSinkConfig.REDIS_PASSWORD),
                config.getBoolean(TLS) ? Optional.of(TlsSettings.REDIS.read(config)) : Optional.empty(),
                TLS);
    }
}
