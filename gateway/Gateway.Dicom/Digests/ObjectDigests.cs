using Gateway.Dicom.DataSets;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Digests;

/// <summary>
/// Two digests that tell whether instances with one SOP Instance UID are the same: equal in both, they are; other headers are a new
/// version; other pixels are another image. They do not depend on how the data set is encoded: implicit or explicit VR, byte order,
/// deflated or not, sequences of defined or undefined length, group lengths, padding, and the order of the elements.
/// </summary>
/// <param name="Header">
/// SHA-256 of all elements except groups 0002 and 7FE0 of the top level, group lengths, and <see cref="TransportAttributes"/>; 64
/// hexadecimal characters. Text is compared by its bytes, so that the same name in another character set is another header.
/// </param>
/// <param name="Pixels">
/// SHA-256 of group 7FE0 of the top level; 64 hexadecimal characters. Native values are little endian; encapsulated ones are their
/// fragments with the transfer syntax, so that the same image compressed otherwise has other pixels.
/// </param>
public sealed record ObjectDigests(string Header, string Pixels)
{
    private const ushort PixelGroup = 0x7FE0;

    /// <summary>Computes the digests of a DICOM file.</summary>
    /// <param name="file">A seekable stream, at the start of the file; its position afterwards is not defined.</param>
    /// <param name="limits">What is gone through, and what is kept in memory.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <exception cref="Part10Exception">The file is not a DICOM file.</exception>
    /// <exception cref="DataSetException">The data set cannot be read; one in a private transfer syntax cannot.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    public static ObjectDigests Compute(Stream file, DataSetLimits limits, CancellationToken cancellation)
    {
        var syntax = Part10Header.Read(file).Meta.TransferSyntax;
        return Compute(DataSetReader.Load(file, syntax, limits, cancellation), syntax, limits, cancellation);
    }

    /// <summary>Computes the digests of a data set.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="syntax">The transfer syntax that it was read from.</param>
    /// <param name="limits">What is gone through inside of private sequences.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <exception cref="IOException">The stream of the data set fails.</exception>
    public static ObjectDigests Compute(DataSet set, TransferSyntax syntax, DataSetLimits limits, CancellationToken cancellation)
    {
        using var header = new ElementHash(syntax, limits, cancellation);
        using var pixels = new ElementHash(syntax, limits, cancellation);
        foreach (var element in set)
        {
            if (element.Tag.Group == PixelGroup)
                pixels.Append(element, set.CharacterSet);
            else if (element.Tag.Group != 0x0002 && !TransportAttributes.Contain(element.Tag))
                header.Append(element, set.CharacterSet);
        }

        return new ObjectDigests(header.Finish(), pixels.Finish());
    }
}
