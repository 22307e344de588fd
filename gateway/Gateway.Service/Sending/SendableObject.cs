using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.DicomMail.Messages;
using Gateway.DicomMail.Partners;
using Gateway.Service.Delivering;
using Gateway.Service.Spooling;

namespace Gateway.Service.Sending;

/// <summary>Makes of an object in the spool one that can be sent to a partner, or says why it cannot.</summary>
internal static class SendableObject
{
    private static readonly TransferSyntax[] Fallbacks = [TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ImplicitVrLittleEndian];

    /// <summary>Makes one. Its bytes are held against those that were received.</summary>
    /// <param name="name">The spool's name of it.</param>
    /// <param name="spool">The spool.</param>
    /// <param name="partner">Whom it is for.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The object; or null, and the reason.</returns>
    /// <exception cref="IOException">The volume fails.</exception>
    public static (StudyObject? Object, string? Reason) Of(string name, Spool spool, Partner partner, CancellationToken cancellation)
    {
        if (SpoolName.Parse(name) is not { } parsed || !spool.Has(parsed))
            return (null, "the object is not in the spool any more");
        var path = spool.PathOf(parsed);
        TransferSyntax syntax;
        try
        {
            var stored = StoredObject.Read(path);
            if (stored.Name != parsed)
                return (null, "the object is damaged: its bytes are not those that were received");
            if (SyntaxFor(stored.Meta.TransferSyntax, partner) is not { } taken)
                return (null, $"the partner takes transfer syntax {stored.Meta.TransferSyntax} neither as it is nor as one that it can be brought into without loss");
            syntax = taken;
            using var opened = OutgoingCopy.Open(path, coercion: null, syntax, cancellation);
            var bytes = opened.Length;
            return !SetPlan.Fits(bytes, partner.MaximumMessageBytes) && !partner.MessagePartial
                ? (null, $"the object has {bytes} bytes, and the partner takes messages of {partner.MaximumMessageBytes} bytes at most and no fragments")
                : (new StudyObject(name, bytes, () => new UnsealedObject(OutgoingCopy.Open(path, coercion: null, syntax, cancellation))), null);
        }
        catch (Exception failure) when (failure is Part10Exception or DataSetException or ConversionException)
        {
            return (null, failure.Message);
        }
    }

    private static TransferSyntax? SyntaxFor(TransferSyntax own, Partner partner)
    {
        bool IsTaken(TransferSyntax syntax) => partner.TransferSyntaxes.Count == 0 || partner.TransferSyntaxes.Contains(syntax.Uid.Value);
        if (IsTaken(own))
            return own;
        foreach (var fallback in Fallbacks)
        {
            if (IsTaken(fallback) && SyntaxConversion.IsPossible(own, fallback))
                return fallback;
        }

        return null;
    }
}
