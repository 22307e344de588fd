using Gateway.Dicom.Identifiers;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Routing;

/// <summary>
/// Where an instance goes. The virtual AE title of a partner decides alone; otherwise the first route that fits does. An instance never
/// goes back to where it came from.
/// </summary>
/// <param name="targets">Where images can be sent.</param>
/// <param name="routes">The routes, in order.</param>
/// <param name="titles">The AE titles that say how urgent images are.</param>
internal sealed class Routes(Targets targets, IReadOnlyList<RoutingRule> routes, UrgencyTitles titles)
{
    private const string VirtualAeTitle = "virtual AE title";

    /// <summary>Where an instance goes; nothing where no route fits.</summary>
    /// <param name="image">What stands in its header.</param>
    /// <param name="calling">Who sent it.</param>
    /// <param name="called">The AE title that was called.</param>
    /// <param name="localTime">The site's local time of day.</param>
    public IReadOnlyList<Destination> For(ImageAttributes image, AeTitle? calling, AeTitle? called, TimeOnly localTime)
    {
        if (called is { } title && targets.Partners.FirstOrDefault(partner => partner.AeTitle == title) is { } partner)
            return [new Destination(partner.Id, Urgency(image, called) ?? Priority.Normal, VirtualAeTitle)];
        var fitting = routes.FirstOrDefault(route => route.Fits(image, calling, called, localTime));
        return fitting is null
            ? []
            : [.. fitting.To.Where(target => !targets.IsAt(target, calling)).Select(target => new Destination(target, Urgency(image, called) ?? fitting.Priority, fitting.Id))];
    }

    // The AE title wins over the header, and both over the route.
    private Priority? Urgency(ImageAttributes image, AeTitle? called)
    {
        if (called is not null && called == titles.Emergency)
            return Priority.Emergency;
        if (called is not null && called == titles.Bulk)
            return Priority.Bulk;
        return image.RequestedPriority == "STAT" ? Priority.Emergency : null;
    }
}

/// <summary>The AE titles that say how urgent images are.</summary>
/// <param name="Emergency">That of emergencies, or null.</param>
/// <param name="Bulk">That of bulk transfers, or null.</param>
internal sealed record UrgencyTitles(AeTitle? Emergency, AeTitle? Bulk);
