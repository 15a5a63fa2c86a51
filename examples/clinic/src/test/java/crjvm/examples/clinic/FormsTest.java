package crjvm.examples.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.examples.clinic.model.Department;
import crjvm.examples.clinic.model.Room;
import crjvm.examples.clinic.store.RecordStore;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Tests how records are created and edited through forms. */
@MockMvcTest
class FormsTest {
  @Autowired private MockMvcTester mvc;
  @Autowired private RecordStore store;

  @Test
  void validRecordIsCreatedAndShown() {
    MvcTestResult result =
        mvc.post()
            .uri("/rooms/new")
            .param("code", "Z901")
            .param("kind", "IMAGING")
            .param("department", "3")
            .param("seats", "2")
            .exchange();

    assertThat(result).hasStatus3xxRedirection();
    assertThat(mvc.get().uri(result.getResponse().getRedirectedUrl()))
        .bodyText()
        .contains("Z901", "Imaging", "General Medicine");
  }

  @Test
  void invalidRecordIsRefusedWithAMessageForEachField() {
    long before = store.count(Room.class);

    assertThat(mvc.post().uri("/rooms/new").param("code", "nonsense").param("seats", "99"))
        .hasStatusOk()
        .bodyText()
        .contains(
            "value=\"nonsense\"",
            "must be a letter and three digits",
            "must be less than or equal to 40",
            "must not be null");
    assertThat(store.count(Room.class)).isEqualTo(before);
  }

  @Test
  void textThatIsNoNumberIsRefused() {
    assertThat(mvc.post().uri("/departments/new").param("name", "X").param("floor", "third"))
        .hasStatusOk()
        .bodyText()
        .contains("is not valid");
  }

  @Test
  void referenceToAMissingRecordIsRefused() {
    assertThat(mvc.post().uri("/rooms/new").param("department", "99999"))
        .hasStatusOk()
        .bodyText()
        .contains("must not be null");
  }

  @Test
  void editedRecordIsUpdatedInPlace() {
    assertThat(
            mvc.post()
                .uri("/departments/8/edit")
                .param("name", "Surgery and Anaesthesia")
                .param("floor", "4")
                .param("id", "1"))
        .hasStatus(HttpStatus.FOUND)
        .hasRedirectedUrl("/departments/8");
    assertThat(store.get(Department.class, 8).getName()).isEqualTo("Surgery and Anaesthesia");
    assertThat(store.get(Department.class, 1).getName()).isEqualTo("Cardiology");
  }

  @Test
  void editFormOffersTheRecordsOwnValues() {
    Room room = store.get(Room.class, 1);
    assertThat(mvc.get().uri("/rooms/1/edit"))
        .bodyText()
        .contains("value=\"" + room.getCode() + "\"")
        .contains("value=\"" + room.getKind() + "\" selected=\"selected\"")
        .contains("value=\"" + room.getDepartment().getId() + "\" selected=\"selected\"");
  }

  @Test
  void optionalFieldLeftEmptyIsNoValue() {
    assertThat(mvc.post().uri("/departments/7/edit").param("name", "Radiology").param("phone", " "))
        .hasStatus(HttpStatus.FOUND);
    assertThat(store.get(Department.class, 7).getPhone()).isNull();
  }
}
