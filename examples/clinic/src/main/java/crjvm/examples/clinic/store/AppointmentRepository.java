package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Appointment;
import crjvm.examples.clinic.model.AppointmentStatus;
import crjvm.examples.clinic.model.Practitioner;
import java.time.LocalDateTime;
import java.util.List;
import org.springframework.data.jpa.repository.Query;

/** The stored appointments. */
public interface AppointmentRepository extends RecordRepository<Appointment> {
  /** Returns the last appointments with a status, latest first. */
  List<Appointment> findTop8ByStatusOrderByStartsAtDescIdAsc(AppointmentStatus status);

  /**
   * Returns the appointments of a practitioner that begin in a period of time, whose end is
   * excluded.
   */
  @Query(
      "select a from Appointment a"
          + " where a.practitioner = :practitioner and a.startsAt >= :from and a.startsAt < :to")
  List<Appointment> findStarting(Practitioner practitioner, LocalDateTime from, LocalDateTime to);
}
