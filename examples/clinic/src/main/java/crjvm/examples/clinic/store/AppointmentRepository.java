package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Appointment;
import crjvm.examples.clinic.model.AppointmentStatus;
import java.util.List;

/** The stored appointments. */
public interface AppointmentRepository extends RecordRepository<Appointment> {
  /** The appointments that come last in the book, latest first. */
  List<Appointment> findTop8ByStatusOrderByStartsAtDesc(AppointmentStatus status);
}
