namespace Gateway.Service.Tracing;

/// <summary>How far the images of a study have come at one target, each by its strongest proof.</summary>
/// <param name="Target">The target's id.</param>
/// <param name="Images">How many were to go there.</param>
/// <param name="Stored">How many the target's PACS has: it answered so itself, or the partner signed that it did.</param>
/// <param name="Acknowledged">How many the partner's gateway has: it signed so.</param>
/// <param name="Unconfirmed">How many a mail server took over for a partner who never confirms: whether they arrived nobody knows.</param>
/// <param name="UnderWay">How many a mail server took over, and the partner has not answered for yet.</param>
/// <param name="Overdue">How many of which the partner's time for its answer is over.</param>
/// <param name="Waiting">How many wait here.</param>
/// <param name="Dead">How many will not be sent again by themselves.</param>
internal sealed record Arrival(string Target, int Images, int Stored, int Acknowledged, int Unconfirmed, int UnderWay, int Overdue, int Waiting, int Dead)
{
    /// <summary>The answer to whether they arrived: never more than what is proved.</summary>
    public string Answer =>
        Dead > 0 ? "no: dead letters"
        : Waiting > 0 ? "not yet: images wait here"
        : Overdue > 0 ? "not known: the partner's answer is overdue"
        : UnderWay > 0 ? "not known yet: the partner has not answered"
        : Unconfirmed > 0 ? "not known: this partner never confirms"
        : Acknowledged > 0 ? "yes, at the partner's gateway"
        : "yes, stored";

    /// <summary>Whether each image is proved to be there.</summary>
    public bool IsProved => Stored + Acknowledged == Images;
}
