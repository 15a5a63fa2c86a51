package crjvm.frameworks.identities;

import cn.hutool.core.lang.Snowflake;
import cn.hutool.core.lang.id.IdConstants;
import com.baomidou.mybatisplus.core.toolkit.IdWorker;
import com.baomidou.mybatisplus.core.toolkit.Sequence;
import com.datastax.oss.driver.api.core.uuid.Uuids;
import com.github.f4b6a3.tsid.TsidCreator;
import com.github.f4b6a3.tsid.TsidFactory;
import io.hypersistence.tsid.TSID;
import java.util.Map;
import java.util.UUID;
import org.hibernate.id.UUIDHexGenerator;
import org.hibernate.id.uuid.CustomVersionOneStrategy;
import org.hibernate.id.uuid.UuidVersion6Strategy;
import org.hibernate.id.uuid.UuidVersion7Strategy;

/**
 * Ids that consist of the time and of numbers for the machine and the process. A source returns
 * these numbers, because the times of two copies are different anyway.
 */
final class TimeIds {
  private static final int TIME_BITS_OF_SNOWFLAKE = 22;
  private static final int SEQUENCE_BITS = 12;
  private static final int HEX_OF_MACHINE = 16;

  private TimeIds() {}

  /** Makes its object when it is asked for the first time. */
  private static final class Late {
    static final Snowflake SNOWFLAKE = new Snowflake();
  }

  /** Adds the sources whose numbers are so long that no two processes have the same ones. */
  static void addUnique(Map<String, Source> all) {
    all.put("cassandra", () -> Long.toHexString(Uuids.timeBased().getLeastSignificantBits()));
    CustomVersionOneStrategy first = new CustomVersionOneStrategy();
    all.put(
        "hibernate-uuid-1",
        () -> Long.toHexString(first.generateUuid(null).getMostSignificantBits()));
    all.put("hibernate-uuid-6", () -> lower(UuidVersion6Strategy.INSTANCE.generateUuid(null)));
    all.put("hibernate-uuid-7", () -> lower(UuidVersion7Strategy.INSTANCE.generateUuid(null)));
    UUIDHexGenerator hex = new UUIDHexGenerator();
    all.put(
        "hibernate-uuid-hex",
        () -> hex.generate(null, null).toString().substring(0, HEX_OF_MACHINE));
  }

  private static String lower(UUID id) {
    return Long.toHexString(id.getLeastSignificantBits());
  }

  /** Adds the sources of a number below 1024 that their library has chosen. */
  static void addWorkers(Map<String, Source> all) {
    all.put("worker-hypersistence", () -> worker(TSID.Factory.getTsid().toLong()));
    all.put("worker-tsid", () -> worker(TsidCreator.getTsid().toLong()));
    Snowflake snowflake = new Snowflake();
    all.put("worker-hutool", () -> worker(snowflake.nextId()));
    all.put("worker-hutool-late", () -> worker(Late.SNOWFLAKE.nextId()));
    all.put("worker-mybatis", () -> worker(IdWorker.getId()));
  }

  /** Adds the sources of a number that this application has chosen. */
  static void addChosen(Map<String, Source> all) {
    TsidFactory tsid = new TsidFactory(5);
    all.put("chosen-tsid", () -> worker(tsid.create().toLong()));
    TSID.Factory hypersistence = new TSID.Factory(6);
    all.put("chosen-hypersistence", () -> worker(hypersistence.generate().toLong()));
    long centre = (IdConstants.DEFAULT_DATACENTER_ID + 1) % (Snowflake.MAX_DATA_CENTER_ID + 1);
    Snowflake snowflake = new Snowflake(3, centre);
    all.put("chosen-hutool", () -> worker(snowflake.nextId()));
    Sequence sequence = new Sequence(3, 7);
    all.put("chosen-mybatis", () -> worker(sequence.nextId()));
  }

  private static String worker(long id) {
    long mask = (1 << TIME_BITS_OF_SNOWFLAKE - SEQUENCE_BITS) - 1;
    return Long.toString(id >>> SEQUENCE_BITS & mask);
  }
}
