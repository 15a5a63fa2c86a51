package crjvm.examples.clinic.store;

import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Counts and adds up values of the whole database. The result is cached, because every visit of the
 * home page needs it.
 */
@Service
public class StatisticsService {
  private final PatientRepository patients;
  private final PractitionerRepository practitioners;
  private final AppointmentRepository appointments;
  private final LabTestRepository labTests;
  private final InvoiceRepository invoices;

  StatisticsService(
      PatientRepository patients,
      PractitionerRepository practitioners,
      AppointmentRepository appointments,
      LabTestRepository labTests,
      InvoiceRepository invoices) {
    this.patients = patients;
    this.practitioners = practitioners;
    this.appointments = appointments;
    this.labTests = labTests;
    this.invoices = invoices;
  }

  /** Returns the present numbers, or numbers up to ten minutes old if nothing was saved since. */
  @Cacheable("statistics")
  @Transactional(readOnly = true)
  public Statistics summary() {
    return new Statistics(
        patients.count(),
        practitioners.count(),
        appointments.count(),
        labTests.countAbnormal(),
        invoices.unpaidTotal());
  }
}
