package crjvm.examples.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.examples.clinic.model.Insurer;
import crjvm.examples.clinic.model.Patient;
import crjvm.examples.clinic.store.PatientRepository;
import crjvm.examples.clinic.store.RecordStore;
import crjvm.examples.clinic.store.StatisticsService;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.annotation.Transactional;

/** Tests which results are cached, and for how long. */
@MockMvcTest
@Transactional // rolled back, because the other tests count patients
class CachingTest {
  @Autowired private StatisticsService statistics;
  @Autowired private RecordStore store;
  @Autowired private PatientRepository patients;

  @Test
  void statisticsAreKeptUntilSomethingIsSaved() {
    store.save(Patient.class, newPatient());
    long before = statistics.summary().patients();

    patients.save(newPatient()); // without the store, so the cache does not notice it
    assertThat(statistics.summary().patients()).isEqualTo(before);

    store.save(Patient.class, newPatient());
    assertThat(statistics.summary().patients()).isEqualTo(before + 2);
    store.save(
        Patient.class, newPatient()); // evicts the number, which the rollback would make wrong
  }

  @Test
  void choicesAreKeptUntilSomethingIsSaved() {
    List<Insurer> choices = store.all(Insurer.class);
    assertThat(store.all(Insurer.class)).isSameAs(choices);

    store.save(Patient.class, newPatient());
    assertThat(store.all(Insurer.class)).isNotSameAs(choices).hasSize(5);
  }

  private Patient newPatient() {
    Patient patient = new Patient();
    patient.setFirstName("Test");
    patient.setLastName("Case");
    patient.setBirthDate(LocalDate.of(2000, 1, 1));
    patient.setCity("Lindenhof");
    patient.setInsurer(store.get(Insurer.class, 1));
    return patient;
  }
}
