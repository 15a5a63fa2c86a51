package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Appointment;
import crjvm.examples.clinic.model.AppointmentStatus;
import crjvm.examples.clinic.model.ClinicRecord;
import crjvm.examples.clinic.model.Department;
import crjvm.examples.clinic.model.Device;
import crjvm.examples.clinic.model.Diagnosis;
import crjvm.examples.clinic.model.Insurer;
import crjvm.examples.clinic.model.Invoice;
import crjvm.examples.clinic.model.LabTest;
import crjvm.examples.clinic.model.Medication;
import crjvm.examples.clinic.model.MedicationForm;
import crjvm.examples.clinic.model.Patient;
import crjvm.examples.clinic.model.Practitioner;
import crjvm.examples.clinic.model.Prescription;
import crjvm.examples.clinic.model.Profession;
import crjvm.examples.clinic.model.Room;
import crjvm.examples.clinic.model.RoomKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Fills the empty database with invented records, which are the same at each start.
 *
 * <p>This class is not an ApplicationRunner. Runners run when the port is already open, so a client
 * that waits for the port would find a database that is not complete.
 */
@Component
class SeedData implements SmartInitializingSingleton {
  /** The date that stands for today, so that no record depends on the time of the start. */
  private static final LocalDate TODAY = LocalDate.of(2026, 1, 15);

  private static final List<String> FIRST_NAMES =
      List.of(
          "Ada", "Bruno", "Carla", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas",
          "Kira", "Luca", "Mira", "Nils", "Olga", "Pavel", "Rosa", "Sven", "Tara", "Yusuf");
  private static final List<String> LAST_NAMES =
      List.of(
          "Albers",
          "Brandt",
          "Castell",
          "Dorn",
          "Ebert",
          "Falk",
          "Gerlach",
          "Hollmann",
          "Imhof",
          "Jansen",
          "Kessler",
          "Lorenz",
          "Mertens",
          "Neumeyer",
          "Ortmann",
          "Petri",
          "Quandt",
          "Reuter",
          "Sommer",
          "Thiele",
          "Uhlig",
          "Vogt",
          "Wendt",
          "Zeller");
  private static final List<String> CITIES =
      List.of("Ahrensfeld", "Birkenau", "Eichwalde", "Kirchheim", "Lindenhof", "Neustadt");
  private static final List<String> DEPARTMENTS =
      List.of(
          "Cardiology",
          "Dermatology",
          "General Medicine",
          "Neurology",
          "Orthopaedics",
          "Paediatrics",
          "Radiology",
          "Surgery");
  private static final List<String> INSURERS =
      List.of("Alpha Health", "Beacon Mutual", "Cedar Care", "Delta Life", "Elm Insurance");
  private static final List<String> DEVICES =
      List.of("Defibrillator", "ECG recorder", "Infusion pump", "Ultrasound scanner", "Ventilator");
  private static final List<String> INGREDIENTS =
      List.of("Amoxicillin", "Bisoprolol", "Cetirizine", "Ibuprofen", "Metformin", "Pantoprazole");
  private static final List<String> REASONS =
      List.of("Check-up", "Follow-up", "First visit", "Vaccination", "Wound dressing", "Referral");
  private static final List<String> DOSAGES =
      List.of("once a day", "twice a day", "three times a day", "when needed");
  private static final List<Finding> FINDINGS =
      List.of(
          new Finding("E11.9", "Type 2 diabetes", true),
          new Finding("I10.0", "High blood pressure", true),
          new Finding("J20.9", "Acute bronchitis", false),
          new Finding("J45.0", "Allergic asthma", true),
          new Finding("M54.5", "Low back pain", false),
          new Finding("S93.4", "Sprained ankle", false));
  private static final List<Analyte> ANALYTES =
      List.of(
          new Analyte("Creatinine", 60, 110, "umol/L"),
          new Analyte("Ferritin", 30, 300, "ug/L"),
          new Analyte("Haemoglobin", 120, 170, "g/L"),
          new Analyte("Platelets", 150, 400, "10^9/L"),
          new Analyte("Sodium", 135, 145, "mmol/L"));

  private final RecordStore store;
  // The fixed seed gives the same records each time.
  private final Random random = new Random(20260115);

  SeedData(RecordStore store) {
    this.store = store;
  }

  private record Finding(String code, String title, boolean chronic) {}

  private record Analyte(String name, int lower, int upper, String unit) {}

  @Override
  public void afterSingletonsInstantiated() {
    List<Department> departments = save(Department.class, DEPARTMENTS.size(), this::department);
    List<Room> rooms = save(Room.class, 32, i -> room(i, oneOf(departments)));
    save(Device.class, 60, i -> device(i, oneOf(rooms)));
    List<Practitioner> staff = save(Practitioner.class, 40, i -> practitioner(oneOf(departments)));
    List<Insurer> insurers = save(Insurer.class, INSURERS.size(), this::insurer);
    List<Medication> medications = save(Medication.class, 30, this::medication);
    List<Patient> patients = save(Patient.class, 240, i -> patient(oneOf(insurers)));

    save(Appointment.class, 480, i -> appointment(oneOf(patients), oneOf(staff), oneOf(rooms)));
    save(Diagnosis.class, 300, i -> diagnosis(oneOf(patients), oneOf(staff)));
    save(
        Prescription.class,
        360,
        i -> prescription(oneOf(patients), oneOf(staff), oneOf(medications)));
    save(LabTest.class, 400, i -> labTest(oneOf(patients)));
    save(Invoice.class, 320, i -> invoice(i, oneOf(patients)));
  }

  private <T extends ClinicRecord> List<T> save(Class<T> type, int count, IntFunction<T> maker) {
    return store.saveAll(type, IntStream.range(0, count).mapToObj(maker).toList());
  }

  private Department department(int i) {
    Department department = new Department();
    department.setName(DEPARTMENTS.get(i));
    department.setFloor(i / 2);
    department.setPhone("030 555 01" + (10 + i));
    department.setAbout("Open on weekdays from eight to six, for emergencies at any time.");
    return department;
  }

  private Room room(int i, Department department) {
    Room room = new Room();
    room.setCode(String.format(Locale.ROOT, "%c%d%02d", 'A' + i / 16, department.getFloor(), i));
    room.setKind(oneOf(RoomKind.values()));
    room.setDepartment(department);
    room.setSeats(between(1, 12));
    return room;
  }

  private Device device(int i, Room room) {
    Device device = new Device();
    device.setName(oneOf(DEVICES));
    device.setSerialNumber("SN-" + (10_000 + 37 * i));
    device.setRoom(room);
    device.setBoughtOn(daysAgo(200, 4000));
    device.setNextInspection(TODAY.plusDays(between(3, 400)));
    return device;
  }

  private Practitioner practitioner(Department department) {
    Practitioner practitioner = new Practitioner();
    practitioner.setFirstName(oneOf(FIRST_NAMES));
    practitioner.setLastName(oneOf(LAST_NAMES));
    practitioner.setProfession(oneOf(Profession.values()));
    practitioner.setDepartment(department);
    practitioner.setEmail(email(practitioner.getFirstName(), practitioner.getLastName()));
    practitioner.setLicensedSince(daysAgo(400, 12_000));
    return practitioner;
  }

  private Insurer insurer(int i) {
    Insurer insurer = new Insurer();
    insurer.setName(INSURERS.get(i));
    insurer.setCode(INSURERS.get(i).substring(0, 3).toUpperCase(Locale.ROOT));
    insurer.setEmail(email("claims", insurer.getCode()));
    return insurer;
  }

  private Medication medication(int i) {
    String ingredient = INGREDIENTS.get(i % INGREDIENTS.size());
    Medication medication = new Medication();
    medication.setName(ingredient.substring(0, 5) + "-Lin");
    medication.setIngredient(ingredient);
    medication.setForm(oneOf(MedicationForm.values()));
    medication.setStrengthMg(50 * between(1, 20));
    return medication;
  }

  private Patient patient(Insurer insurer) {
    Patient patient = new Patient();
    patient.setFirstName(oneOf(FIRST_NAMES));
    patient.setLastName(oneOf(LAST_NAMES));
    patient.setBirthDate(daysAgo(300, 33_000));
    patient.setCity(oneOf(CITIES));
    patient.setEmail(email(patient.getFirstName(), patient.getLastName()));
    patient.setPhone("030 555 " + between(1000, 9999));
    patient.setInsurer(insurer);
    return patient;
  }

  private Appointment appointment(Patient patient, Practitioner practitioner, Room room) {
    int day = between(-60, 60);
    Appointment appointment = new Appointment();
    appointment.setPatient(patient);
    appointment.setPractitioner(practitioner);
    appointment.setRoom(room);
    appointment.setStartsAt(TODAY.plusDays(day).atTime(between(8, 17), 15 * between(0, 3)));
    appointment.setMinutes(15 * between(1, 4));
    appointment.setStatus(
        day < 0
            ? oneOf(AppointmentStatus.DONE, AppointmentStatus.CANCELLED)
            : oneOf(AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED));
    appointment.setReason(oneOf(REASONS));
    return appointment;
  }

  private Diagnosis diagnosis(Patient patient, Practitioner practitioner) {
    Finding finding = oneOf(FINDINGS);
    Diagnosis diagnosis = new Diagnosis();
    diagnosis.setPatient(patient);
    diagnosis.setPractitioner(practitioner);
    diagnosis.setCode(finding.code);
    diagnosis.setTitle(finding.title);
    diagnosis.setMadeOn(daysAgo(1, 200));
    diagnosis.setChronic(finding.chronic);
    return diagnosis;
  }

  private Prescription prescription(
      Patient patient, Practitioner practitioner, Medication medication) {
    Prescription prescription = new Prescription();
    prescription.setPatient(patient);
    prescription.setPractitioner(practitioner);
    prescription.setMedication(medication);
    prescription.setDosage(oneOf(DOSAGES));
    prescription.setIssuedOn(daysAgo(1, 200));
    prescription.setDays(between(3, 90));
    return prescription;
  }

  private LabTest labTest(Patient patient) {
    Analyte analyte = oneOf(ANALYTES);
    // The margin exceeds the normal range a little, so that some values are abnormal.
    int margin = (analyte.upper - analyte.lower) / 8;
    LabTest test = new LabTest();
    test.setPatient(patient);
    test.setAnalyte(analyte.name);
    test.setTakenOn(daysAgo(1, 200));
    test.setMeasured(whole(between(analyte.lower - margin, analyte.upper + margin)));
    test.setLowerBound(whole(analyte.lower));
    test.setUpperBound(whole(analyte.upper));
    test.setUnit(analyte.unit);
    return test;
  }

  private Invoice invoice(int i, Patient patient) {
    Invoice invoice = new Invoice();
    invoice.setReference("INV-" + (100_000 + i));
    invoice.setPatient(patient);
    invoice.setIssuedOn(daysAgo(1, 200));
    invoice.setAmount(BigDecimal.valueOf(between(1500, 90_000), 2));
    invoice.setPaid(between(1, 4) > 1);
    return invoice;
  }

  private static BigDecimal whole(int value) {
    return BigDecimal.valueOf(value);
  }

  private static String email(String first, String last) {
    return (first + "." + last).toLowerCase(Locale.ROOT) + "@example.org";
  }

  private LocalDate daysAgo(int least, int most) {
    return TODAY.minusDays(between(least, most));
  }

  private int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  @SafeVarargs
  private <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }
}
