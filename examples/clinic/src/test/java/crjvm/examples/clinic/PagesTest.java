package crjvm.examples.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** Tests the pages that only read. */
@MockMvcTest
class PagesTest {
  @Autowired private MockMvcTester mvc;

  @ParameterizedTest
  @CsvSource({
    "patients, Patients, patient",
    "appointments, Appointments, appointment",
    "diagnoses, Diagnoses, diagnosis",
    "prescriptions, Prescriptions, prescription",
    "lab-tests, Lab tests, lab test",
    "invoices, Invoices, invoice",
    "practitioners, Practitioners, practitioner",
    "departments, Departments, department",
    "rooms, Rooms, room",
    "devices, Devices, device",
    "medications, Medications, medication",
    "insurers, Insurers, insurer",
  })
  void everySectionHasItsPages(String path, String plural, String singular) {
    assertPageContains("/" + path, "<h1>" + plural + "</h1>", "/" + path + "/1\"");
    assertPageContains("/" + path + "/1", "/" + path + "/1/edit", "href=\"/" + path + "\"");
    assertPageContains(
        "/" + path + "/new", "<h1>New " + singular + "</h1>", "<form method=\"post\"");
    assertPageContains("/" + path + "/1/edit", "<h1>Edit ", "<form method=\"post\"");
  }

  @Test
  void homeShowsNumbersAppointmentsAndInspections() {
    assertPageContains(
        "/", "<b>240</b> patients", "Last planned appointments", "Next inspections", "SN-");
  }

  @Test
  void detailShowsReferencesAsLinksAndReferringRecords() {
    assertPageContains("/departments/1", "<h2>Rooms (", "<h2>Practitioners (");
    assertPageContains("/patients/1", "href=\"/insurers/", "<h2>Appointments (", "<h2>Invoices (");
  }

  @Test
  void searchLooksIntoAllSections() {
    assertPageContains("/search?q=lin", "<h2>Patients (", "<h2>Medications (");
    assertPageContains("/search?q=no+such+words", "Nothing was found.");
  }

  @Test
  void listShowsOnlyWhatMatchesTheFilter() {
    assertThat(mvc.get().uri("/departments?q=CARD"))
        .hasStatusOk()
        .bodyText()
        .contains("Cardiology", "1 in all")
        .doesNotContain("Neurology");
    assertPageContains("/departments?q=%25", "0 in all");
  }

  @Test
  void listIsSortedAndPaged() {
    assertPageContains("/patients?page=1", "Page 2 of 12", "Previous", "Next");
    assertThat(mvc.get().uri("/insurers?sort=name,desc"))
        .bodyText()
        .containsSubsequence("Elm Insurance</a>", "Alpha Health</a>");
  }

  @Test
  void nextPageKeepsFilterAndOrder() {
    assertPageContains("/patients?q=a&sort=city,desc", "q=a&amp;page=1&amp;sort=city,DESC");
  }

  @Test
  void detailShowsWhatIsStoredWhateverTheQuerySays() {
    assertThat(mvc.get().uri("/departments/1?name=Forged"))
        .bodyText()
        .contains("Cardiology")
        .doesNotContain("Forged");
  }

  @Test
  void sortByWhatCannotBeSortedIsIgnored() {
    assertThat(mvc.get().uri("/patients?sort=nonsense&sort=insurer")).hasStatusOk();
  }

  @Test
  void missingRecordIsNotFound() {
    assertThat(mvc.get().uri("/patients/99999")).hasStatus(HttpStatus.NOT_FOUND);
    assertThat(mvc.get().uri("/patients/99999/edit")).hasStatus(HttpStatus.NOT_FOUND);
    assertThat(mvc.get().uri("/patients/abc")).hasStatus(HttpStatus.BAD_REQUEST);
  }

  private void assertPageContains(String uri, String... texts) {
    assertThat(mvc.get().uri(uri)).hasStatusOk().bodyText().contains(texts);
  }
}
