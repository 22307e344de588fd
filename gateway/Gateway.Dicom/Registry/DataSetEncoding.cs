namespace Gateway.Dicom.Registry;

/// <summary>How the data elements of a transfer syntax are laid out (PS3.5 annex A).</summary>
public enum DataSetEncoding
{
    /// <summary>Not known to this program: a private transfer syntax, whose bytes pass without being read.</summary>
    Opaque,

    /// <summary>Implicit VR, little endian (annex A.1).</summary>
    ImplicitLittleEndian,

    /// <summary>Explicit VR, little endian (annex A.2), also of every encapsulated syntax (annex A.4).</summary>
    ExplicitLittleEndian,

    /// <summary>Explicit VR, big endian (annex A.3, retired).</summary>
    ExplicitBigEndian,

    /// <summary>Explicit VR, little endian, deflated as a whole (annex A.5).</summary>
    Deflated,
}
