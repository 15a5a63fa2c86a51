package crjvm.examples.clinic.api;

import crjvm.examples.clinic.model.Appointment;
import crjvm.examples.clinic.model.AppointmentStatus;
import crjvm.examples.clinic.model.Patient;
import crjvm.examples.clinic.model.Practitioner;
import crjvm.examples.clinic.model.Room;
import crjvm.examples.clinic.store.AppointmentRepository;
import crjvm.examples.clinic.store.RecordStore;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Books appointments through the JSON API. */
@RestController
class BookingController {
  private final RecordStore store;
  private final AppointmentRepository appointments;

  BookingController(RecordStore store, AppointmentRepository appointments) {
    this.store = store;
    this.appointments = appointments;
  }

  /** The data with which a client requests an appointment. */
  record Booking(
      @NotNull Long patientId,
      @NotNull Long practitionerId,
      @NotNull Long roomId,
      @NotNull LocalDateTime startsAt,
      @Min(5) @Max(Appointment.MAX_MINUTES) int minutes,
      @NotBlank @Size(max = 200) String reason) {

    LocalDateTime endsAt() {
      return startsAt.plusMinutes(minutes);
    }
  }

  @PostMapping("/api/appointments")
  ResponseEntity<Map<String, Object>> book(@Valid @RequestBody Booking booking) {
    Appointment appointment = new Appointment();
    appointment.setPatient(store.get(Patient.class, booking.patientId));
    appointment.setPractitioner(store.get(Practitioner.class, booking.practitionerId));
    appointment.setRoom(store.get(Room.class, booking.roomId));
    appointment.setStartsAt(booking.startsAt);
    appointment.setMinutes(booking.minutes);
    appointment.setStatus(AppointmentStatus.PLANNED);
    appointment.setReason(booking.reason);
    refuseIfBusy(appointment.getPractitioner(), booking);

    Appointment saved = store.save(Appointment.class, appointment);
    return ResponseEntity.created(URI.create("/api/appointments/" + saved.getId()))
        .body(Map.of("id", saved.getId(), "label", saved.getLabel()));
  }

  @ExceptionHandler
  ProblemDetail invalid(MethodArgumentNotValidException e) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "The booking is not valid");
    Map<String, String> errors = new TreeMap<>();
    e.getFieldErrors().forEach(error -> errors.put(error.getField(), error.getDefaultMessage()));
    problem.setProperty("errors", errors);
    return problem;
  }

  private void refuseIfBusy(Practitioner practitioner, Booking booking) {
    // Even the longest appointment is over if it began before this.
    LocalDateTime earliest = booking.startsAt.minusMinutes(Appointment.MAX_MINUTES);
    boolean busy =
        appointments.findStarting(practitioner, earliest, booking.endsAt()).stream()
            .filter(other -> other.getStatus() != AppointmentStatus.CANCELLED)
            .anyMatch(other -> overlap(other, booking));
    if (busy) {
      throw new ResponseStatusException(
          HttpStatus.CONFLICT, practitioner.getLabel() + " has another appointment at that time");
    }
  }

  private static boolean overlap(Appointment other, Booking booking) {
    return other.getStartsAt().isBefore(booking.endsAt())
        && booking.startsAt.isBefore(other.getEndsAt());
  }
}
