namespace Gateway.DicomMail.Partners;

/// <summary>What a partner's receipt says.</summary>
public enum ReceiptMeaning
{
    /// <summary>Its gateway has the images.</summary>
    Received,

    /// <summary>Its PACS has stored the images.</summary>
    Pacs,
}
