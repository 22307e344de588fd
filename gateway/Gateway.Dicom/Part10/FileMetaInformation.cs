using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Part10;

/// <summary>What stands before the data set in a DICOM file (PS3.10 section 7.1).</summary>
/// <param name="SopClass">Media Storage SOP Class UID (0002,0002).</param>
/// <param name="SopInstance">Media Storage SOP Instance UID (0002,0003).</param>
/// <param name="TransferSyntax">Transfer Syntax UID (0002,0010) of the data set.</param>
/// <param name="SourceAeTitle">Source Application Entity Title (0002,0016): whose C-STORE the file came with.</param>
/// <param name="ReceivingAeTitle">Receiving Application Entity Title (0002,0018): the title that was called.</param>
public sealed record FileMetaInformation(Uid SopClass, Uid SopInstance, TransferSyntax TransferSyntax, AeTitle? SourceAeTitle = null, AeTitle? ReceivingAeTitle = null)
{
    /// <summary>The length of the preamble, which the prefix DICM follows, in bytes.</summary>
    public const int PreambleLength = 128;

    /// <summary>Preamble, prefix and file meta information, with our own implementation class UID and version name.</summary>
    public byte[] ToBytes()
    {
        var elements = new DataSetWriter()
            .Bytes(new Tag(2, 0x0001), "OB", [0, 1])
            .Identifier(new Tag(2, 0x0002), SopClass)
            .Identifier(new Tag(2, 0x0003), SopInstance)
            .Identifier(new Tag(2, 0x0010), TransferSyntax.Uid)
            .Identifier(new Tag(2, 0x0012), Implementation.ClassUid)
            .Text(new Tag(2, 0x0013), "SH", Implementation.VersionName);
        if (SourceAeTitle is { } source)
            elements.Text(new Tag(2, 0x0016), "AE", source.Value);
        if (ReceivingAeTitle is { } receiving)
            elements.Text(new Tag(2, 0x0018), "AE", receiving.Value);

        var group = elements.ToBytes();
        var groupLength = new DataSetWriter().UInt32(new Tag(2, 0), (uint)group.Length).ToBytes();
        return [.. new byte[PreambleLength], .. "DICM"u8, .. groupLength, .. group];
    }
}
