using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Digests;

/// <summary>
/// The attributes that tell how an instance came to be where it is, and not what it is. Systems on its way write them; two copies that
/// differ in nothing else are the same instance.
/// </summary>
public static class TransportAttributes
{
    /// <summary>Whether an element of the top level is one of them.</summary>
    /// <param name="tag">The tag.</param>
    public static bool Contain(Tag tag) => tag.Number is
        0x00080001 // Length to End (retired): a length of the encoding
        or 0x00080012 // Instance Creation Date
        or 0x00080013 // Instance Creation Time
        or 0x00080014 // Instance Creator UID
        or 0x00080015 // Instance Coercion DateTime
        or 0x00080054 // Retrieve AE Title
        or 0x00080056 // Instance Availability
        or 0x04000561 // Original Attributes Sequence: what a coercion wrote down; what it changed is in the digest
        or 0xFFFCFFFC; // Data Set Trailing Padding
}
