namespace Gateway.DicomMail.Messages;

/// <summary>Header fields of DICOM e-mail that are in no RFC: those of the recommendation of the German Radiological Society's working group (@GIT), as far as it is public.</summary>
public static class HeaderNames
{
    /// <summary>The set that a message belongs to.</summary>
    public const string SetId = "X-TELEMEDICINE-SETID";

    /// <summary>Its number in the set, from 1.</summary>
    public const string SetPart = "X-TELEMEDICINE-SETPART";

    /// <summary>How many messages the set has.</summary>
    public const string SetTotal = "X-TELEMEDICINE-SETTOTAL";

    /// <summary>The study instance UID that a document belongs to.</summary>
    public const string StudyId = "X-TELEMEDICINE-STUDYID";

    /// <summary>Where an encrypted receipt is wanted.</summary>
    public const string EncryptedReceiptTo = "X-TELEMEDICINE-DISPOSITION-NOTIFICATION-TO";

    /// <summary>The key that such a receipt is encrypted to.</summary>
    public const string EncryptedReceiptKey = "X-TELEMEDICINE-DISPOSITION-NOTIFICATION-TO-KEYID";

    /// <summary>In a receipt: the Content-ID of the encrypted content that it answers.</summary>
    public const string OriginalContentId = "X-TELEMEDICINE-ORIGINAL-CONTENT-ID";

    /// <summary>In a receipt: what became of the content, in words of ours.</summary>
    public const string Report = "X-TELEMEDICINE-REPORT";

    /// <summary>Where a receipt is wanted (RFC 8098 section 2.1).</summary>
    public const string ReceiptTo = "Disposition-Notification-To";

    /// <summary>How urgent a message is (RFC 2156 section 2.3.1.4): <c>urgent</c> for an emergency.</summary>
    public const string Priority = "Priority";
}
