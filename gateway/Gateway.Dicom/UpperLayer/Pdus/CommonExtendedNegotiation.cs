using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// SOP class common extended negotiation (PS3.7 annex D.3.3.6): what kind of class a proposed one is. It has no answer.
/// </summary>
/// <param name="SopClass">The SOP class.</param>
/// <param name="ServiceClass">Its service class, such as storage.</param>
/// <param name="RelatedClasses">The more general SOP classes that it can be taken for.</param>
public sealed record CommonExtendedNegotiation(Uid SopClass, Uid ServiceClass, IReadOnlyList<Uid> RelatedClasses)
{
    internal static CommonExtendedNegotiation? Read(ref PduCursor item)
    {
        var hasClass = Uid.TryParse(item.Take(item.UInt16()), out var sopClass);
        var hasService = Uid.TryParse(item.Take(item.UInt16()), out var serviceClass);
        if (!hasClass || !hasService)
            return null;

        List<Uid> related = [];
        var list = new PduCursor(item.Take(item.UInt16()));
        while (!list.AtEnd)
        {
            if (Uid.TryParse(list.Take(list.UInt16()), out var general))
                related.Add(general);
        }

        return new CommonExtendedNegotiation(sopClass, serviceClass, related);
    }
}
