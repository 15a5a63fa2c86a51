throw "thrown";
