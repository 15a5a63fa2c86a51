package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The random names of NATS' client. Answers to its requests come to a subject with such a name, so
 * copies with one name would get each other's answers. A server pushes the messages of a stream to
 * a subject that it has stored, which a copy can't change.
 */
public final class NatsInboxes implements Holder {
  private static final String PACKAGE = "io.nats.client.";
  private static final String NAMES = PACKAGE + "NUID";
  private static final String CONNECTION = PACKAGE + "impl.NatsConnection";
  private static final String PUSHED = PACKAGE + "impl.NatsJetStreamSubscription";
  private static final String PULLING = PACKAGE + "impl.NatsJetStreamPullSubscription";
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int NAME_LENGTH = 22;

  /** A subject that ends with a name, or with a name and a part for each request. */
  private static final Pattern INBOX =
      Pattern.compile("(.*\\.)[0-9A-Za-z]{" + NAME_LENGTH + "}((?:\\.\\*)?)");

  @Override
  public List<String> objects() {
    return List.of(NAMES, CONNECTION);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (owner.getClass().getName().equals(NAMES)) {
      found.add(new RandomDigits((char[]) Members.get(owner, "pre")));
      return;
    }
    if (Members.get(owner, "status").toString().equals("CLOSED")) {
      return;
    }
    String main = (String) Members.get(owner, "mainInbox");
    for (Object each : ((Map<?, ?>) Members.get(owner, "subscribers")).values()) {
      lookAtSubscription(each, main, found);
    }
    found.add(new OtherInbox(renamed(owner, "mainInbox"), dispatcher(owner)));
  }

  private static AtomicReference<?> dispatcher(Object connection)
      throws ReflectiveOperationException {
    return (AtomicReference<?>) Members.get(connection, "inboxDispatcher");
  }

  private static void lookAtSubscription(Object subscription, String main, Found found)
      throws ReflectiveOperationException {
    String subject = (String) Members.get(subscription, "subject");
    String type = subscription.getClass().getName();
    if (type.equals(PULLING)) {
      found.add(renamed(subscription, "subject"));
    } else if (!type.equals(PUSHED)) {
      if (INBOX.matcher(subject).matches() && !subject.equals(main)) {
        found.share("the subject " + subject + " of NATS' client");
      }
    } else if (Members.get(subscription, "queueName") == null) {
      found.refuse("NATS' subscription to a stream, " + subject);
    }
  }

  /** Returns the change of the random name in a subject. */
  private static FieldChange renamed(Object owner, String field)
      throws ReflectiveOperationException {
    MutableField subject = new MutableField(Members.field(owner.getClass(), field));
    Matcher inbox = INBOX.matcher((String) subject.get(owner));
    if (!inbox.matches()) {
      throw new NoSuchFieldException("a name in " + owner.getClass().getName() + "." + field);
    }
    String start = inbox.group(1);
    String end = inbox.group(2);
    return new FieldChange(owner, subject, entropy -> start + name(entropy) + end);
  }

  private static String name(Entropy entropy) throws IOException {
    char[] name = new char[NAME_LENGTH];
    new RandomDigits(name).renew(entropy);
    return new String(name);
  }

  /**
   * The change of the subject to which a connection's answers come. The next request subscribes to
   * it.
   */
  private record OtherInbox(Renewal subject, AtomicReference<?> dispatcher) implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      subject.renew(entropy);
      dispatcher.set(null);
    }

    @Override
    public void rehearse() throws Exception {
      subject.rehearse();
      dispatcher.get();
    }
  }

  /** The change of an array to random digits. */
  private record RandomDigits(char[] digits) implements Renewal {
    @Override
    public void renew(Entropy entropy) throws IOException {
      for (int i = 0; i < digits.length; i++) {
        digits[i] = DIGITS.charAt((int) ((entropy.nextLong() >>> 1) % DIGITS.length()));
      }
    }

    @Override
    public void rehearse() {}
  }
}
