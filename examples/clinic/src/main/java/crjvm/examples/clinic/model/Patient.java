package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.ManyToOne;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Past;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;

/** A person who is treated in the clinic. */
@Entity
public class Patient extends ClinicRecord {
  @NotBlank
  @Size(max = 80)
  private String firstName;

  @NotBlank
  @Size(max = 80)
  private String lastName;

  @NotNull @Past private LocalDate birthDate;

  @NotBlank
  @Size(max = 80)
  private String city;

  @Email private String email;

  @Pattern(regexp = "\\+?[0-9 ]{6,20}", message = "must be digits and spaces")
  private String phone;

  @NotNull @ManyToOne private Insurer insurer;

  @Override
  public String getLabel() {
    return firstName + " " + lastName;
  }

  public String getFirstName() {
    return firstName;
  }

  public void setFirstName(String firstName) {
    this.firstName = firstName;
  }

  public String getLastName() {
    return lastName;
  }

  public void setLastName(String lastName) {
    this.lastName = lastName;
  }

  public LocalDate getBirthDate() {
    return birthDate;
  }

  public void setBirthDate(LocalDate birthDate) {
    this.birthDate = birthDate;
  }

  public String getCity() {
    return city;
  }

  public void setCity(String city) {
    this.city = city;
  }

  public String getEmail() {
    return email;
  }

  public void setEmail(String email) {
    this.email = email;
  }

  public String getPhone() {
    return phone;
  }

  public void setPhone(String phone) {
    this.phone = phone;
  }

  public Insurer getInsurer() {
    return insurer;
  }

  public void setInsurer(Insurer insurer) {
    this.insurer = insurer;
  }
}
