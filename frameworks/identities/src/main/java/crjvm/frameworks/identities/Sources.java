package crjvm.frameworks.identities;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedGenerator;
import com.fasterxml.uuid.impl.TimeBasedReorderedGenerator;
import com.github.f4b6a3.ulid.UlidCreator;
import com.github.f4b6a3.uuid.UuidCreator;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import net.javacrumbs.shedlock.support.Utils;
import org.apache.logging.log4j.core.util.UuidUtil;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.prng.SP800SecureRandomBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bson.types.ObjectId;
import org.conscrypt.Conscrypt;

/**
 * The sources. Values that contain the time are cut to their other parts, because two copies have
 * two times.
 */
final class Sources {
  private static final int BYTES = 16;
  private static final int TIME_OF_OBJECT_ID = 8;
  private static final int TIME_OF_ULID = 10;
  private static final int PROCESS_OF_SYSLOG = 4;

  private Sources() {}

  static Map<String, Source> all() throws Exception {
    Map<String, Source> all = new TreeMap<>();
    Provider castle = new BouncyCastleProvider();
    if (Boolean.getBoolean("castle.first")) {
      Security.insertProviderAt(castle, 1);
    }
    addRandom(all, castle);
    addIds(all);
    addLogs(all);
    addClients(all);
    return all;
  }

  private static void addClients(Map<String, Source> all) throws Exception {
    String database = System.getProperty("database");
    if (database != null) {
      all.put("hibernate", new HibernateSource(database)::next);
    }
    String keys = System.getProperty("keys");
    if (keys != null) {
      all.put("eclipselink", new EclipseLinkSource(keys)::next);
      SpringJdbcSource spring = new SpringJdbcSource(keys);
      all.put("spring-keys", spring::next);
      all.put("spring-jdbc-free", spring::free);
      all.put("spring-jdbc-lock", spring::lock);
    }
    String locks = System.getProperty("locks");
    if (locks != null) {
      RedisLocks source = new RedisLocks(locks);
      all.put("redisson-free", source::free);
      all.put("redisson-lock", source::lock);
      all.put("spring-redis-free", source::springsFree);
      all.put("spring-redis-lock", source::springsLock);
    }
    if (Boolean.getBoolean("netty")) {
      addResolvers(all);
    }
    String brokers = System.getProperty("brokers");
    if (brokers != null) {
      all.put("kafka", new KafkaSource(brokers)::next);
    }
    String group = System.getProperty("group");
    if (group != null) {
      all.put("member", new KafkaMember(brokers, group)::next);
    }
    String amqp = System.getProperty("amqp");
    if (amqp != null) {
      AmqpSource source = new AmqpSource(amqp);
      all.put("amqp", source::next);
      all.put("amqp-kept", source::kept);
    }
    String redis = System.getProperty("redis");
    if (redis != null) {
      all.put("jedis", new JedisSource(redis)::next);
    }
    String lettuce = System.getProperty("lettuce");
    if (lettuce != null) {
      all.put("lettuce", new LettuceSource(lettuce)::next);
    }
    String r2dbc = System.getProperty("r2dbc");
    if (r2dbc != null) {
      all.put("r2dbc", new R2dbcSource(r2dbc)::next);
    }
    addBrokers(all);
    Integer served = Integer.getInteger("grpc.serve");
    if (served != null) {
      GrpcSource.serve(served);
    }
    String grpc = System.getProperty("grpc");
    if (grpc != null) {
      all.put("grpc", new GrpcSource(grpc)::next);
    }
    String jobs = System.getProperty("jobs");
    if (jobs != null) {
      JobRunrSource jobrunr = new JobRunrSource(jobs, System.getProperty("jobs.id"));
      all.put("jobrunr", jobrunr::next);
      all.put("jobrunr-run", jobrunr::run);
      all.put("jobrunr-due", jobrunr::due);
    }
    String cluster = System.getProperty("cluster");
    if (cluster != null) {
      QuartzSource quartz = new QuartzSource(cluster, System.getProperty("cluster.id", "AUTO"));
      all.put("quartz", quartz::next);
      all.put("quartz-start", quartz::start);
      all.put("quartz-standby", quartz::standBy);
    }
  }

  private static void addResolvers(Map<String, Source> all) {
    NettySource netty = new NettySource();
    all.put("netty-long", () -> netty.address("copies.example"));
    all.put("netty-short", () -> netty.address("copies"));
    all.put("netty-file", () -> netty.address("file.example"));
    ReactorSource reactor = new ReactorSource();
    all.put("reactor-long", () -> reactor.address("copies.example"));
    all.put("reactor-short", () -> reactor.address("copies"));
    all.put("reactor-file", () -> reactor.address("file.example"));
  }

  private static void addRandom(Map<String, Source> all, Provider castle) throws Exception {
    all.put("jdk", bytes(new SecureRandom()));
    all.put("jdk-uuid", () -> UUID.randomUUID().toString());
    all.put("castle", bytes(SecureRandom.getInstance("DEFAULT", castle)));
    all.put("castle-nonce", bytes(SecureRandom.getInstance("NONCEANDIV", castle)));
    all.put(
        "castle-hash",
        bytes(new SP800SecureRandomBuilder().buildHash(new SHA512Digest(), null, false)));
    if (Boolean.getBoolean("openssl")) {
      Function random = NativeLibrary.getInstance("libcrypto.so.3").getFunction("RAND_bytes");
      all.put("openssl", () -> openSsl(random));
    }
    String token = System.getProperty("pkcs11");
    if (token != null) {
      Provider pkcs11 = Security.getProvider("SunPKCS11").configure(token);
      all.put("pkcs11", bytes(SecureRandom.getInstance("PKCS11", pkcs11)));
    }
    if (Boolean.getBoolean("corretto")) {
      Provider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
      all.put("corretto", bytes(SecureRandom.getInstance("LibCryptoRng", corretto)));
      KeyPairGenerator curve = KeyPairGenerator.getInstance("Ed25519", corretto);
      all.put("corretto-key", () -> hex(curve.generateKeyPair().getPublic().getEncoded()));
    }
    if (Boolean.getBoolean("chain")) {
      all.put("chain", bytes(SecureRandom.getInstance("CHAIN", ChainRandom.provider())));
    }
    Provider conscrypt = Conscrypt.newProvider();
    all.put("conscrypt", bytes(SecureRandom.getInstance("SHA1PRNG", conscrypt)));
    KeyPairGenerator keys = KeyPairGenerator.getInstance("XDH", conscrypt);
    all.put("boringssl-key", () -> hex(keys.generateKeyPair().getPublic().getEncoded()));
  }

  private static void addBrokers(Map<String, Source> all) throws Exception {
    String zookeeper = System.getProperty("zookeeper");
    if (zookeeper != null) {
      all.put("zookeeper", new ZooKeeperLock(zookeeper)::next);
    }
    String mqtt = System.getProperty("mqtt");
    if (mqtt != null) {
      MqttSource source = new MqttSource(mqtt, System.getProperty("mqtt.id"));
      all.put("mqtt", source::next);
      all.put("mqtt-id", source::id);
      all.put("mqtt-lost", source::lost);
    }
    String nats = System.getProperty("nats");
    if (nats != null) {
      NatsSource source = new NatsSource(nats);
      all.put("nats", source::next);
      all.put("nats-inbox", source::inbox);
      if (Boolean.getBoolean("nats.serve")) {
        source.serve();
      }
      if (Boolean.getBoolean("nats.push")) {
        source.push();
      }
    }
  }

  private static Source bytes(SecureRandom random) {
    return () -> {
      byte[] bytes = new byte[BYTES];
      random.nextBytes(bytes);
      return hex(bytes);
    };
  }

  private static String openSsl(Function random) {
    byte[] bytes = new byte[BYTES];
    if (random.invokeInt(new Object[] {bytes, BYTES}) != 1) {
      throw new IllegalStateException("OpenSSL has no random numbers");
    }
    return hex(bytes);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static void addIds(Map<String, Source> all) throws Exception {
    ActiveMqSource.add(all);
    all.put("mongo", () -> new ObjectId().toHexString().substring(TIME_OF_OBJECT_ID));
    TimeBasedGenerator byTime = Generators.timeBasedGenerator();
    all.put("jug-time", () -> lower(byTime.generate()));
    TimeBasedReorderedGenerator reordered = Generators.timeBasedReorderedGenerator();
    all.put("jug-reordered", () -> lower(reordered.generate()));
    all.put("uuid-creator-time", () -> lower(UuidCreator.getTimeBased()));
    all.put("uuid-creator-ordered", () -> lower(UuidCreator.getTimeOrdered()));
    all.put("uuid-creator-epoch", () -> lower(UuidCreator.getTimeOrderedEpoch()));
    all.put("ulid", () -> UlidCreator.getMonotonicUlid().toString().substring(TIME_OF_ULID));
    if (Boolean.getBoolean("shedlock")) {
      all.put("shedlock", Utils::getHostname);
    }
    if (Boolean.getBoolean("instance")) {
      all.put("instance", () -> Instance.NAME + " " + Instance.ID);
    }
    TimeIds.addUnique(all);
    if (Boolean.getBoolean("workers")) {
      TimeIds.addWorkers(all);
    }
    if (Boolean.getBoolean("chosen")) {
      TimeIds.addChosen(all);
    }
  }

  private static void addLogs(Map<String, Source> all) {
    all.put("log4j-uuid", () -> lower(UuidUtil.getTimeBasedUuid()));
    all.put("log4j-pid", Log4jSource.ofPattern("%pid")::next);
    Log4jSource syslog = Log4jSource.ofSyslog();
    all.put("log4j-syslog", () -> syslog.next().split(" ")[PROCESS_OF_SYSLOG]);
    if (Boolean.getBoolean("zones")) {
      String zone = "%d{XXX} %highlight{%d{XXX}} %d{XXX}{Asia/Kolkata}";
      all.put("log4j-zone", Log4jSource.ofPattern(zone)::next);
      all.put("log4j-template", Log4jSource.ofTemplate(null)::next);
      all.put("log4j-template-utc", Log4jSource.ofTemplate("UTC")::next);
      all.put("log4j-utc", Log4jSource.ofPattern("%d{XXX}{UTC} %d{XXX}{Asia/Kolkata}")::next);
    }
  }

  private static String lower(UUID id) {
    return Long.toHexString(id.getLeastSignificantBits());
  }
}
